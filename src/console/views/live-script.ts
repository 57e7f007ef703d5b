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
  const late = new Set();
  const tell = () => say(late.size === 0 ? '' : 'Not up to date: the service does not answer. It is asked again by itself.');
  const failed = ({ target }) => { late.add(target.id); tell(); };
  document.addEventListener('htmx:response:error', failed);
  document.addEventListener('htmx:error', failed);
  // Said of an answer that changes nothing, too.
  document.addEventListener('htmx:after:swap', ({ target, detail }) => {
    if (detail.ctx.response.status >= 400) return;
    late.delete(target.id);
    if (!paused()) tell();
  });
  bar.hidden = false;
  show();
})();
`;
