/* Runs only in browsers without ES modules: shows the upgrade notice. */
document.getElementById("upgrade").hidden = false;
document.getElementById("app").style.display = "none";
