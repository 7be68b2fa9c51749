// Before the first paint: a chosen theme must not flash in the colours of the other one.
(function () {
  try {
    var theme = localStorage.getItem('photoscribe.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch (error) {
    // Storage can be switched off; then the system's theme is shown.
  }
})();
