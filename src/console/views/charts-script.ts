/** Draws the charts of the health page from the numbers in it, in the colours of the page. */
export const chartsScript = `
(() => {
  const data = JSON.parse(document.getElementById('statistics').textContent);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue('--' + name).trim();
  const axis = { stroke: colour('text'), grid: { stroke: colour('line'), width: 1 } };
  const line = (label, name, dash) => ({ label, stroke: colour(name), width: 2, dash });
  const charts = {
    queue: [line('waiting', 'link')],
    days: [line('asked', 'text', [2, 4]), line('yes', 'green'), line('no or stop', 'red', [8, 4])],
  };
  for (const box of document.querySelectorAll('.chart')) {
    const name = box.dataset.chart;
    const size = () => ({ width: box.clientWidth, height: 220 });
    const chart = new uPlot(
      { ...size(), scales: { y: { range: (u, low, high) => [0, Math.max(1, high)] } },
        axes: [axis, axis], series: [{}, ...charts[name]] },
      data[name],
      box,
    );
    addEventListener('resize', () => chart.setSize(size()));
  }
})();
`;
