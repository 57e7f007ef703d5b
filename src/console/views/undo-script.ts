/** Counts down the time left for an undo, and removes the button at the end. The server decides in any case. */
export const undoScript = `
(() => {
  const form = document.querySelector('form[data-undo]');
  if (!form) return;
  const button = form.querySelector('button');
  const end = Date.now() + Number(form.dataset.undo);
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) { form.remove(); return; }
    button.textContent = 'Undo (' + left + ')';
    setTimeout(tick, 250);
  };
  // The name stays the same for screen readers: a number that changes every second would be read out every second.
  button.setAttribute('aria-label', 'Undo');
  tick();
})();
`;
