/** Pauses the live parts for this tab, and says when they could not be brought up to date. */
export const liveScript = `
(() => {
  if (!document.querySelector('[hx-trigger^=every]')) return;
  const bar = document.getElementById('live');
  const button = document.getElementById('pause');
  const state = document.getElementById('live-state');
  const paused = () => sessionStorage.getItem('optgate-paused') === 'yes';
  const say = (text) => { if (state.textContent !== text) state.textContent = text; };
  const show = () => {
    button.textContent = paused() ? 'Resume updates' : 'Pause updates';
    say(paused() ? 'Paused: this page stays as it is.' : '');
  };
  button.addEventListener('click', () => {
    sessionStorage.setItem('optgate-paused', paused() ? 'no' : 'yes');
    show();
  });
  document.addEventListener('htmx:before:request', (event) => { if (paused()) event.preventDefault(); });
  const late = () => say('Not up to date: the service does not answer. It is asked again by itself.');
  document.addEventListener('htmx:response:error', late);
  document.addEventListener('htmx:error', late);
  // Said of an answer that changes nothing, too.
  document.addEventListener('htmx:after:swap', ({ detail }) => {
    if (!paused() && detail.ctx.response.status < 400) say('');
  });
  bar.hidden = false;
  show();
})();
`;
