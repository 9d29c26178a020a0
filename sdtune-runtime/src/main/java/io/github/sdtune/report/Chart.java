package io.github.sdtune.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Curves over common x values, as {@code report.js} draws them.
 *
 * @param id of the element that the chart is drawn into
 * @param logarithmicX whether the x axis is
 * @param logarithmic whether the y axis is
 * @param marked x value to mark on the series that is marked; may be null
 * @param mark what it is
 * @param shadedFrom x value from which on the chart is shaded; may be null
 * @param shadedAs what the shade stands for; may be null
 * @param x ascending
 */
record Chart(
    String id,
    String xLabel,
    boolean logarithmicX,
    boolean logarithmic,
    Double marked,
    String mark,
    Double shadedFrom,
    String shadedAs,
    List<Double> x,
    List<Series> series) {

  /**
   * One curve.
   *
   * @param style {@code faint}, {@code line}, {@code points} on a line, or {@code dots} without one
   * @param colour number of a colour of the style sheet, from 1
   * @param marked whether {@link Chart#marked} is marked on it
   * @param y value at each x, null where there is none
   */
  record Series(String label, String style, int colour, boolean marked, List<Double> y) {}

  /** A curve before it is brought to the common x values. */
  record Curve(
      String label, String style, int colour, boolean marked, Map<Double, Double> points) {}

  static Chart of(
      String id, String xLabel, boolean logarithmic, Double marked, List<Curve> curves) {
    SortedSet<Double> x = new TreeSet<>();
    curves.forEach(curve -> x.addAll(curve.points().keySet()));
    List<Series> series = new ArrayList<>();
    for (Curve curve : curves) {
      List<Double> y = new ArrayList<>();
      x.forEach(at -> y.add(finite(curve.points().get(at))));
      series.add(
          new Series(
              curve.label(),
              curve.style(),
              curve.colour(),
              curve.marked(),
              Collections.unmodifiableList(y)));
    }
    return new Chart(
        id, xLabel, false, logarithmic, marked, "best", null, null, List.copyOf(x), series);
  }

  /** The same, shaded from an x value on. */
  Chart shaded(double from, String as) {
    return new Chart(id, xLabel, logarithmicX, logarithmic, marked, mark, from, as, x, series);
  }

  /** The same over a logarithmic x axis. */
  Chart withLogarithmicX() {
    return new Chart(id, xLabel, true, logarithmic, marked, mark, shadedFrom, shadedAs, x, series);
  }

  /** The same with another word for what is marked. */
  Chart withMark(String word) {
    return new Chart(
        id, xLabel, logarithmicX, logarithmic, marked, word, shadedFrom, shadedAs, x, series);
  }

  /** Keeps at most {@code most} of the points, evenly, the last one among them. */
  static Map<Double, Double> thinned(Map<Double, Double> points, int most) {
    int stride = (points.size() + most - 1) / most;
    if (stride <= 1) {
      return points;
    }
    Map<Double, Double> thinned = new TreeMap<>();
    int left = points.size();
    for (Map.Entry<Double, Double> point : points.entrySet()) {
      left--;
      if (left % stride == 0) {
        thinned.put(point.getKey(), point.getValue());
      }
    }
    return thinned;
  }

  private static Double finite(Double value) {
    return value != null && Double.isFinite(value) ? value : null;
  }
}
