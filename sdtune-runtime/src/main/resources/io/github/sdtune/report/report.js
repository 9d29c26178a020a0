(function () {
  "use strict";
  var charts = JSON.parse(document.getElementById("chart-data").textContent);
  var plots = [];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function short(value) {
    if (value == null) return "–";
    if (value === 0) return "0";
    var size = Math.abs(value);
    if (size < 0.001) return value.toExponential(1);
    return String(Number(value.toPrecision(4)));
  }

  function series(chart, curve) {
    var faint = curve.style === "faint";
    var dots = curve.style === "dots";
    var points = dots || curve.style === "points";
    var stroke = colour("--curve-" + curve.colour);
    return {
      label: curve.label,
      stroke: faint ? stroke + "70" : stroke,
      width: faint ? 1 : 2,
      spanGaps: true,
      paths: dots ? function () { return null; } : undefined,
      points: { show: points, size: 6, fill: stroke },
      value: function (plot, value) { return short(value); }
    };
  }

  // The step whose weights were kept: a dashed line and a ring around its value.
  function mark(chart) {
    return function (plot) {
      if (chart.marked == null) return;
      var at = chart.x.indexOf(chart.marked);
      var which = chart.series.findIndex(function (curve) { return curve.marked; });
      if (at < 0 || which < 0 || chart.series[which].y[at] == null) return;
      var x = plot.valToPos(chart.marked, "x", true);
      var y = plot.valToPos(chart.series[which].y[at], "y", true);
      var context = plot.ctx;
      var ratio = devicePixelRatio;
      context.save();
      context.strokeStyle = colour("--curve-" + chart.series[which].colour);
      context.fillStyle = colour("--ink");
      context.lineWidth = ratio;
      context.setLineDash([4 * ratio, 4 * ratio]);
      context.beginPath();
      context.moveTo(x, plot.bbox.top);
      context.lineTo(x, plot.bbox.top + plot.bbox.height);
      context.stroke();
      context.setLineDash([]);
      context.lineWidth = 2 * ratio;
      context.beginPath();
      context.arc(x, y, 7 * ratio, 0, 2 * Math.PI);
      context.stroke();
      context.font = 12 * ratio + "px system-ui, sans-serif";
      context.textBaseline = "top";
      var text = chart.mark + " " + short(chart.series[which].y[at]);
      var right = x + 6 * ratio + context.measureText(text).width > plot.bbox.left + plot.bbox.width;
      context.textAlign = right ? "right" : "left";
      context.fillText(text, x + (right ? -6 : 6) * ratio, plot.bbox.top + 4 * ratio);
      context.restore();
    };
  }

  // From where the model began to overfit: a soft shade behind the curves.
  function shade(chart) {
    return function (plot) {
      if (chart.shadedFrom == null) return;
      var left = plot.valToPos(chart.shadedFrom, "x", true);
      var right = plot.bbox.left + plot.bbox.width;
      var context = plot.ctx;
      context.save();
      context.fillStyle = colour("--shade");
      context.fillRect(left, plot.bbox.top, right - left, plot.bbox.height);
      context.fillStyle = colour("--soft");
      context.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
      context.textBaseline = "bottom";
      context.textAlign = "right";
      context.fillText(chart.shadedAs, right - 6 * devicePixelRatio,
        plot.bbox.top + plot.bbox.height - 4 * devicePixelRatio);
      context.restore();
    };
  }

  function axis(extra) {
    return Object.assign({
      stroke: colour("--soft"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { stroke: colour("--line"), width: 1 },
      font: "12px system-ui, sans-serif",
      labelFont: "12px system-ui, sans-serif"
    }, extra);
  }

  function draw(chart) {
    var element = document.getElementById(chart.id);
    if (!element || !chart.x.length) return;
    element.textContent = "";
    var options = {
      width: element.clientWidth,
      height: element.classList.contains("tall") ? 300 : 220,
      scales: {
        x: chart.logarithmicX ? { time: false, distr: 3 } : { time: false },
        y: chart.logarithmic ? { distr: 3 } : {}
      },
      axes: [
        axis({ label: chart.xLabel, labelSize: 18, size: 34 }),
        axis({
          size: 64,
          values: function (plot, ticks) {
            return ticks.map(function (tick) { return tick == null ? "" : short(tick); });
          }
        })
      ],
      series: [{ label: chart.xLabel, value: function (plot, value) { return value == null ? "–" : String(value); } }]
        .concat(chart.series.map(function (curve) { return series(chart, curve); })),
      hooks: { drawClear: [shade(chart)], draw: [mark(chart)] }
    };
    var data = [chart.x].concat(chart.series.map(function (curve) { return curve.y; }));
    plots.push({ element: element, plot: new uPlot(options, data, element) });
  }

  function drawAll() {
    plots.forEach(function (it) { it.plot.destroy(); });
    plots = [];
    charts.forEach(draw);
  }

  /* One picture over the other; the slider says where the tuned one begins. */
  function compare() {
    var slider = document.getElementById("compare");
    if (!slider) return;
    slider.parentElement.hidden = false;
    slider.addEventListener("input", function () {
      var samples = document.querySelector(".samples");
      samples.classList.add("compared");
      samples.style.setProperty("--base", 100 - slider.value + "%");
    });
  }

  compare();
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("resize", function () {
    plots.forEach(function (it) {
      it.plot.setSize({ width: it.element.clientWidth, height: it.plot.height });
    });
  });
})();
