/** Runs in the browser as it stands: no build step. No backticks, everything shown is set as text. */
export const pageScript = String.raw`'use strict';
const shownAtMost = 200;
const byId = (id) => document.getElementById(id);
const state = { generation: '', messages: 0, activities: 0, emails: [], texts: [], open: undefined };

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function timeOf(at) {
  const made = element('time', { dateTime: at }, new Date(at).toLocaleTimeString());
  made.title = new Date(at).toLocaleString();
  return made;
}

/** Text with its web addresses as links. */
function linked(text) {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/);
  return pieces.map((piece, index) =>
    index % 2 === 0 ? piece : element('a', { href: piece, target: '_blank', rel: 'noopener noreferrer' }, piece));
}

async function refresh() {
  const answer = await fetch('/page/updates?messages=' + state.messages + '&activities=' + state.activities);
  if (!answer.ok) throw new Error('HTTP ' + answer.status);
  const news = await answer.json();
  if (news.generation !== state.generation) {
    // Emptied or restarted: numbers may have started again.
    const first = state.generation === '';
    Object.assign(state, { generation: news.generation, messages: 0, activities: 0, emails: [], texts: [] });
    closeEmail();
    byId('emails').replaceChildren();
    if (!first) return refresh();
  }
  take(news);
  byId('state').textContent = 'Live';
  byId('state').classList.remove('lost');
}

function take(news) {
  const fresh = [...news.messages, ...news.activities].sort((a, b) => a.at.localeCompare(b.at));
  for (const item of news.messages) state.messages = Math.max(state.messages, item.seq);
  for (const item of news.activities) state.activities = Math.max(state.activities, item.seq);
  const emails = fresh.filter((item) => item.channel === 'email');
  const texts = fresh.filter((item) => item.channel === 'sms');
  state.emails = [...state.emails, ...emails].slice(-1000);
  state.texts = [...state.texts, ...texts].slice(-1000);
  if (emails.length > 0) {
    fillSelect(byId('mailbox'), state.emails.map(recipientOf), 'everybody');
    for (const item of emails) if (inMailbox(item)) byId('emails').prepend(emailRow(item));
    while (byId('emails').children.length > shownAtMost) byId('emails').lastChild.remove();
  }
  if (texts.length > 0) {
    fillSelect(byId('phone'), state.texts.map(conversationOf));
    showConversation();
  }
  byId('no-emails').hidden = byId('emails').children.length > 0;
  byId('no-texts').hidden = state.texts.length > 0;
  showFaults(news.faults);
  showWebhooks(news.webhooks);
}

const recipientOf = (item) => (item.person ?? item.to).toLowerCase();
const conversationOf = (item) =>
  item.person === undefined ? item.to + ' with ' + item.from : item.person + ' with ' + item.sender;
const inMailbox = (item) => ['', recipientOf(item)].includes(byId('mailbox').value);

/** Newest first, without moving the person's selection. */
function fillSelect(select, values, everything) {
  const names = [...new Set([...values].reverse())].slice(0, shownAtMost);
  const chosen = select.value;
  const options = names.map((name) => element('option', { value: name }, name));
  if (everything !== undefined) options.unshift(element('option', { value: '' }, everything));
  select.replaceChildren(...options);
  if (names.includes(chosen)) select.value = chosen;
}

function emailRow(item) {
  if (item.kind !== undefined)
    return element('li', { className: 'note' }, item.person + ': ' + item.text + ' ', timeOf(item.at));
  const button = element('button', { type: 'button' },
    element('strong', {}, item.subject || '(no subject)'), timeOf(item.at),
    element('span', {}, item.from + ' to ' + item.to));
  button.setAttribute('aria-pressed', String(item.seq === state.open));
  button.addEventListener('click', () => openEmail(item, button));
  return element('li', {}, button);
}

function openEmail(item, button) {
  state.open = item.seq;
  for (const other of document.querySelectorAll('#emails button')) other.setAttribute('aria-pressed', String(other === button));
  const view = byId('email');
  view.replaceChildren(element('h3', {}, item.subject || '(no subject)'), describeEmail(item), ...bodyOf(item));
  view.hidden = false;
}

function closeEmail() {
  state.open = undefined;
  byId('email').hidden = true;
}

function describeEmail(item) {
  const rows = [['From', item.from], ['To', item.to], ['At', new Date(item.at).toLocaleString()]];
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

function bodyOf(item) {
  const parts = [];
  const text = element('div', { className: 'text' }, ...linked(item.text));
  if (item.html !== undefined) {
    const frame = element('iframe', { title: 'Email', referrerPolicy: 'no-referrer' });
    frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
    frame.srcdoc = '<!doctype html><base target="_blank">' + item.html;
    parts.push(frame, element('details', {}, element('summary', {}, 'As text'), text));
  } else parts.push(text);
  const unsubscribe = unsubscribeForm(item.headers);
  if (unsubscribe !== undefined) parts.push(unsubscribe);
  const lines = Object.entries(item.headers).map(([name, value]) => name + ': ' + value);
  for (const name of ['id', 'deliveryId', 'idempotencyKey']) if (item[name] !== undefined) lines.push(name + ': ' + item[name]);
  parts.push(element('details', {}, element('summary', {}, 'Headers and ids'), element('pre', {}, lines.join('\n'))));
  return parts;
}

/** The button a mail program shows for one-click unsubscribe (RFC 8058). */
function unsubscribeForm(headers) {
  const url = /<(https?:[^>]+)>/.exec(headers['List-Unsubscribe'] ?? '')?.[1];
  if (url === undefined || headers['List-Unsubscribe-Post'] === undefined) return undefined;
  return element('form', { method: 'post', action: url, target: '_blank' },
    element('input', { type: 'hidden', name: 'List-Unsubscribe', value: 'One-Click' }),
    element('button', {}, 'Unsubscribe, as a mail program would'));
}

function showConversation() {
  const chosen = byId('phone').value;
  const items = state.texts.filter((item) => conversationOf(item) === chosen).slice(-shownAtMost);
  const list = byId('texts');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const changed = list.dataset.shown !== chosen;
  list.dataset.shown = chosen;
  list.replaceChildren(...items.map((item) =>
    element('li', { className: item.kind ?? 'message' }, ...linked(item.text), timeOf(item.at))));
  if (atEnd || changed) list.scrollTop = list.scrollHeight;
  byId('reply').hidden = items.length === 0;
}

async function sendText(fields, error) {
  error.textContent = '';
  const answer = await fetch('/inbound', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  }).catch(() => undefined);
  if (answer === undefined) error.textContent = 'The sandbox does not answer.';
  else if (!answer.ok) error.textContent = (await answer.json()).error.message;
  else await refresh();
  return answer?.ok === true;
}

async function reply(text) {
  const [from, to] = byId('phone').value.split(' with ');
  if (await sendText({ from, to, text }, byId('reply-error'))) byId('reply-text').value = '';
}

function showFaults(faults) {
  byId('fault-count').textContent = String(faults.length);
  byId('faults').textContent = faults.map((fault) => JSON.stringify(fault)).join('\n') || 'none';
}

function showWebhooks({ pending, attempts }) {
  byId('pending').textContent = String(pending);
  byId('webhooks').textContent = attempts.map((attempt) =>
    new Date(attempt.at).toLocaleTimeString() + '  ' + attempt.event + '  ' + attempt.outcome +
    (attempt.retryInMs === undefined ? '' : ', again in ' + attempt.retryInMs / 1000 + ' s')).join('\n') || 'none';
}

byId('mailbox').addEventListener('change', () => {
  byId('emails').replaceChildren(...state.emails.filter(inMailbox).slice(-shownAtMost).reverse().map(emailRow));
});
byId('phone').addEventListener('change', showConversation);
byId('reply').addEventListener('submit', (event) => {
  event.preventDefault();
  void reply(byId('reply-text').value);
});
for (const button of document.querySelectorAll('[data-text]'))
  button.addEventListener('click', () => void reply(button.dataset.text));
byId('compose').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const { from, to, text } = Object.fromEntries(new FormData(form));
  if (await sendText({ from, text, ...(to === '' ? {} : { to }) }, form.querySelector('.error'))) form.elements.text.value = '';
});

async function keepFresh() {
  try {
    await refresh();
  } catch {
    byId('state').textContent = 'The sandbox does not answer.';
    byId('state').classList.add('lost');
  }
  setTimeout(keepFresh, 500);
}
void keepFresh();
`;
