/**
 * `GET /book.js`: a button on the practice's own site that opens the hosted page (docs/booking.md). It stands where its
 * `<script>` does. Our pages may not be framed (a frame could lay a picture over the button that agrees), so they open in
 * a window of their own, or a tab where windows are not allowed. Styles are set through the DOM, which a site's content
 * security policy does not forbid.
 */
export const bookScript = String.raw`(function () {
  'use strict';
  var script = document.currentScript;
  var practice = script && script.getAttribute('data-practice');
  if (!practice) return;
  var link = document.createElement('a');
  link.href = new URL('book/' + encodeURIComponent(practice), script.src).href;
  if (script.lang) link.href += '?lang=' + script.lang;
  link.textContent = script.getAttribute('data-label') || 'Agree to messages from us';
  link.className = script.getAttribute('data-class') || '';
  link.target = '_blank';
  link.rel = 'noopener';
  if (!link.className) {
    link.style.cssText = 'display:inline-block;padding:.75em 1.25em;border-radius:.5em;' +
      'background:#0b5cad;color:#fff;font-weight:600;text-decoration:none';
  }
  link.addEventListener('click', function (event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || window.innerWidth < 640) return;
    var left = window.screenX + Math.max(0, (window.outerWidth - 520) / 2);
    var shown = window.open(link.href, 'optgate', 'width=520,height=760,left=' + left);
    if (shown) {
      event.preventDefault();
      shown.focus();
    }
  });
  script.insertAdjacentElement('afterend', link);
})();
`;
