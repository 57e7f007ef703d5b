export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2126; --soft: #59636e; --paper: #f4f5f7; --card: #fff; --line: #d5dae0;
  --accent: #0b5cad; --accent-ink: #fff; --mine: #dcebfa; --note: #fdf3d8; --bad: #a3242b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --soft: #a3adb8; --paper: #14171b; --card: #1d2127; --line: #363d46;
    --accent: #7db7f0; --accent-ink: #0d1a27; --mine: #1d3a57; --note: #3d3418; --bad: #ff9a9a; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 0; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin-bottom: 1rem; }
.top p { margin: 0; color: var(--soft); }
.top p:first-of-type { flex: 1 1 20rem; }
.state.lost { color: var(--bad); font-weight: 600; }
main { display: grid; gap: 1rem; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: start; }
@media (max-width: 48rem) { main { grid-template-columns: minmax(0, 1fr); } }
.pane { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; justify-content: space-between;
  padding: .7rem 1rem; border-bottom: 1px solid var(--line); }
.bar label { color: var(--soft); min-width: 0; max-width: 100%; }
select, input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; padding: .35rem .6rem; min-height: 2.5rem; max-width: 100%; }
button { cursor: pointer; }
button[type=submit] { background: var(--accent); color: var(--accent-ink); border-color: var(--accent); }
.empty { color: var(--soft); padding: 1rem; margin: 0; }
.error { color: var(--bad); margin: 0; }
.error:empty { display: none; }
ol { list-style: none; margin: 0; padding: 0; }
.emails { max-height: 22rem; overflow-y: auto; }
.emails button { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; width: 100%; text-align: left; border: 0;
  border-bottom: 1px solid var(--line); border-radius: 0; padding: .6rem 1rem; }
.emails button:hover { background: var(--paper); }
.emails button:focus-visible { outline-offset: -3px; }
.emails button[aria-pressed=true] { background: var(--mine); }
.emails strong, .emails span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.emails span, time { color: var(--soft); font-size: .875rem; }
.emails .note { background: var(--note); padding: .6rem 1rem; border-bottom: 1px solid var(--line); font-size: .875rem;
  overflow-wrap: anywhere; }
.email { border-top: 2px solid var(--accent); padding: 1rem; }
.email h3 { margin: 0 0 .5rem; font-size: 1.15rem; overflow-wrap: anywhere; }
.email dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0 .75rem; margin: 0 0 1rem; font-size: .875rem; }
.email dt { color: var(--soft); }
.email dd { margin: 0; overflow-wrap: anywhere; }
.email iframe { width: 100%; height: 28rem; resize: vertical; border: 1px solid var(--line); border-radius: .4rem; background: #fff; }
.email .text { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .5rem 0; }
.email details { margin-top: .75rem; }
.texts { max-height: 32rem; overflow-y: auto; padding: .75rem 1rem; display: flex; flex-direction: column; gap: .5rem; }
.texts:empty { display: none; }
.texts li { max-width: 85%; padding: .5rem .75rem; border-radius: .9rem; background: var(--paper); white-space: pre-wrap;
  overflow-wrap: anywhere; }
.texts li.reply { align-self: flex-end; background: var(--mine); }
.texts li.provider_answer, .texts li.note { align-self: center; background: var(--note); font-size: .875rem; }
.texts time { display: block; font-size: .75rem; }
.reply, .compose { padding: .75rem 1rem; border-top: 1px solid var(--line); display: grid; gap: .5rem; }
.reply p { margin: 0; }
.quick, .row { display: flex; gap: .5rem; flex-wrap: wrap; }
.row input { flex: 1 1 8rem; min-width: 0; }
.compose label { display: grid; color: var(--soft); }
.pane > details > summary { padding: .7rem 1rem; border-top: 1px solid var(--line); }
summary { cursor: pointer; color: var(--soft); }
footer { margin-top: 1rem; display: grid; gap: .5rem; grid-template-columns: minmax(0, 1fr); }
.tables { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); margin-top: .5rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; align-self: start; }
caption { text-align: left; font-weight: 600; }
th, td { text-align: left; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td code { overflow-wrap: anywhere; }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; font-size: .8125rem; }
`;
