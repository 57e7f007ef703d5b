/** Contrast of text at least 4.5:1, of borders and focus at least 3:1, in the light and in the dark (WCAG 2.2 AA). */
export const consoleStyle = `
:root {
  color-scheme: light dark;
  --text: #1a1a1a; --quiet: #595959; --ground: #fff; --raised: #f5f6f8; --line: #c9ccd1; --edge: #767b84;
  --link: #0b5cad; --focus: #b35900; --green: #14713d; --red: #b00020; --on-main: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #ececec; --quiet: #b0b4ba; --ground: #15171a; --raised: #1f2226; --line: #3a3f46; --edge: #8b919b;
    --link: #8cc0f5; --focus: #f5a623; --green: #67d391; --red: #ff9a9a; --on-main: #10131a;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: .5rem; top: .5rem; background: var(--ground); padding: .5rem; z-index: 1; }
.bar { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; justify-content: space-between; align-items: center; padding: .5rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--raised); }
.bar nav { display: flex; flex-wrap: wrap; gap: .25rem; }
.bar nav a { padding: .5rem .75rem; border-radius: .4rem; text-decoration: none; color: var(--text); }
.bar nav a[aria-current] { background: var(--ground); box-shadow: inset 0 -3px var(--link); font-weight: 600; }
.bar form { display: flex; gap: .75rem; align-items: center; }
.count { display: inline-block; min-width: 1.5em; margin-left: .4em; padding: 0 .4em; border-radius: 1em; background: var(--red); color: var(--on-main); font-size: .85rem; text-align: center; }
main { max-width: 76rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
.head { display: flex; flex-wrap: wrap; gap: 0 1.5rem; justify-content: space-between; align-items: baseline; }
main.narrow { max-width: 28rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .75rem 0; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2rem 0 .75rem; }
.who { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: -.5rem 0 1rem; color: var(--quiet); }
.who strong { color: var(--text); }
.channels { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); margin: 1rem 0; }
.card { border: 1px solid var(--line); border-top: .3rem solid var(--edge); border-radius: .5rem; padding: .75rem 1.1rem; }
.card.accepted { border-top-color: var(--green); }
.card:is(.revoked, .failed, .declined, .doubtful) { border-top-color: var(--red); }
.card h2 { margin: 0; }
.card p { margin: .25rem 0; }
.card form { margin: .75rem 0 .25rem; }
.card .state { font-size: 1.1rem; margin-top: .5rem; }
.quiet-acts { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.quiet-acts a { color: var(--quiet); padding: .3rem 0; }
.quiet-acts:empty { display: none; }
.said-when { list-style: none; margin: .75rem 0 0; padding: .5rem 0 0; border-top: 1px solid var(--line); font-size: .9rem; }
.said-when li { padding: .15rem 0; }
.said-when time { color: var(--quiet); margin-right: .4rem; }
.consequence { font-size: 1.1rem; max-width: 44rem; }
.choice { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: 1rem 0; }
.stack .choice button { margin: 0; }
.doubt { border: 1px solid var(--line); border-left: .35rem solid var(--red); border-radius: .4rem; padding: .6rem 1.1rem; margin: .75rem 0; }
.doubt p { margin: .3rem 0; }
.wrote { margin: 0; font-weight: 400; }
.checklist { border: 1px solid var(--line); border-left: .35rem solid var(--focus); border-radius: .4rem; padding: .25rem 1.1rem .75rem; margin: 1rem 0; }
.checklist h2 { margin: .5rem 0; }
.checklist ul { list-style: none; padding: 0; margin: 0; }
.checklist li { padding: .2rem 0; }
.checklist li::before { content: "○" / ""; margin-right: .6rem; }
.checklist li.ready::before { content: "✓" / ""; color: var(--green); }
.wrong { color: var(--red); font-weight: 600; margin: .15rem 0; }
[aria-invalid] { border: 2px solid var(--red); }
.refused a { font-weight: 600; }
.refused p, .refused ul { margin: .2rem 0; }
.said { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; }
.said p { margin: .2rem 0; }
.said button { min-width: 6.5rem; }
.quiet, .hint { color: var(--quiet); }
.hint { font-size: .9rem; margin: .15rem 0; display: block; font-weight: 400; }
.why { display: block; color: var(--quiet); font-size: .9rem; }
.headline { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; font-size: 1.1rem; }
.light { display: inline-block; white-space: nowrap; font-weight: 700; }
.light.green { color: var(--green); }
.light.red { color: var(--red); }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .6rem .75rem; border-bottom: 1px solid var(--line); min-width: 8rem; overflow-wrap: break-word; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { background: var(--raised); font-size: .9rem; }
td { font-variant-numeric: tabular-nums; }
tbody th { font-weight: 600; min-width: 11rem; }
time { white-space: nowrap; }
tbody th .quiet { font-weight: 400; display: block; font-size: .9rem; }
.words { min-width: 14rem; white-space: pre-wrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button, .button { font: inherit; display: inline-block; padding: .55rem 1rem; min-height: 2.75rem; border-radius: .45rem; border: 1px solid var(--edge); background: var(--raised); color: var(--text); text-decoration: none; cursor: pointer; }
button.main { background: var(--link); border-color: var(--link); color: var(--on-main); font-weight: 600; }
button.danger { background: var(--red); border-color: var(--red); color: var(--on-main); font-weight: 600; }
button.plain { background: none; border: 0; color: var(--link); text-decoration: underline; padding: .3rem .4rem; min-height: 1.75rem; }
.row { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.live { display: flex; flex-wrap: wrap; align-items: baseline; margin: 0 -.4rem; }
.live span:not(:empty) { margin: 0 .4rem; }
.scroll + form.row { margin-top: .75rem; }
td .row { gap: 0 .75rem; }
.stack { display: flex; flex-direction: column; gap: .35rem; max-width: 40rem; margin: .75rem 0; }
.stack > label, .filter > label { display: flex; flex-direction: column; font-weight: 600; margin-top: .6rem; }
.stack button { align-self: flex-start; margin-top: .75rem; }
.filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; }
input, select, textarea { font: inherit; font-weight: 400; padding: .5rem .6rem; min-height: 2.75rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--ground); color: var(--text); max-width: 100%; }
textarea { font-family: ui-monospace, monospace; font-size: .95rem; }
input[type=checkbox] { width: 1.5rem; min-height: 1.5rem; flex: none; }
.stack > label.box, label.box { display: flex; flex-direction: row; gap: .6rem; align-items: center; font-weight: 600; }
fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: .6rem 0; }
fieldset label.box { font-weight: 400; padding: .25rem 0; }
details { margin: .5rem 0; border: 1px solid var(--line); border-radius: .5rem; padding: 0 1rem; }
summary { padding: .7rem 0; cursor: pointer; font-weight: 600; }
.said, .refused, .note { border-left: .35rem solid var(--edge); background: var(--raised); padding: .6rem 1rem; border-radius: .3rem; margin: .75rem 0; }
.said { border-color: var(--green); }
.refused { border-color: var(--red); }
blockquote { margin: .75rem 0; padding: .25rem 1rem; border-left: .25rem solid var(--line); font-size: 1.1rem; }
figure { margin: .75rem 0; border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
figcaption, .subject { font-weight: 600; }
figure.bubble { background: var(--raised); border-radius: 1.1rem; max-width: 26rem; }
pre { white-space: pre-wrap; font: inherit; margin: .35rem 0; }
.evidence > li { border-bottom: 1px solid var(--line); padding: .25rem 0; }
.evidence p, .evidence dl { margin: .4rem 0; }
.evidence { padding-left: 1.5rem; }
.evidence .words { min-width: 0; }
.evidence details { border: 0; margin: 0; padding: 0; }
.evidence summary { padding: 0; }
iframe { width: 100%; min-height: 20rem; border: 1px solid var(--line); border-radius: .5rem; background: #fff; }
.columns { display: grid; gap: 0 2.5rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
.figures { grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem; }
.figures > div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; }
.figures dd { font-size: 1.6rem; font-weight: 700; font-variant-numeric: tabular-nums; }
.chart { min-height: 220px; }
.u-legend { color: var(--text); }
.u-legend :is(th, td) { border: 0; min-width: 0; padding: .1rem .3rem; }
.poster { border: 1px solid var(--line); border-radius: .5rem; padding: 2rem; text-align: center; max-width: 30rem; margin: 2rem 0; }
.poster .code { background: #fff; padding: 1rem; max-width: 18rem; margin: 1rem auto; }
.poster .code svg { width: 100%; height: auto; display: block; }
@media (max-width: 40rem) {
  th, td, tbody th { min-width: 4rem; padding: .5rem .6rem; }
  .cards, .cards tbody, .cards tr { display: block; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
  .cards tbody tr:last-child { border-bottom: 0; }
  .cards tbody :is(th, td) { display: block; padding: .15rem 0; border: 0; }
  .cards tbody td { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0 .75rem; overflow-wrap: anywhere; }
  .cards td::before { content: attr(data-label) / ""; grid-row: 1 / span 9; color: var(--quiet); font-size: .9rem; }
  .cards tbody td:empty { display: none; }
  .cards .words { min-width: 0; }
}
@media print {
  .bar, .skip, .script, h1, .hint { display: none; }
  .poster { border: 0; font-size: 1.6rem; max-width: none; }
  .poster .code { max-width: 12cm; }
}
`;
