package io.github.sdtune.report;

import io.github.sdtune.gate.Decimals;
import io.github.sdtune.metric.Classification;
import io.github.sdtune.metric.Classification.ClassScores;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Direction;
import io.github.sdtune.metric.Metrics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Confusion matrices and the scores of each class. */
public final class ConfusionTables {
  private ConfusionTables() {}

  /** A matrix, its rows the true classes and its columns the predicted ones. */
  public record Matrix(String title, List<String> classes, List<Row> rows) {}

  /** One true class. */
  public record Row(String name, List<Cell> cells) {}

  /**
   * One count.
   *
   * @param share of the row, 0 to 1: how strongly the cell is coloured
   */
  public record Cell(int count, String share, boolean right) {}

  /** Precision, recall and F1 of one class, base against tuned. */
  public record ClassRow(String name, int support, List<Pair> scores) {}

  /** A score of the base and of the tuned model; empty where there is none. */
  public record Pair(String base, String tuned, Change change) {}

  static List<Matrix> matrices(Metrics metrics) {
    return Stream.of("base", "tuned")
        .filter(metrics.confusion()::containsKey)
        .map(title -> matrix(title, metrics.confusion().get(title)))
        .toList();
  }

  private static Matrix matrix(String title, Confusion confusion) {
    List<Row> rows = new ArrayList<>();
    for (int truth = 0; truth < confusion.classes().size(); truth++) {
      List<Integer> counts = confusion.counts().get(truth);
      int sum = counts.stream().mapToInt(count -> count).sum();
      List<Cell> cells = new ArrayList<>();
      for (int predicted = 0; predicted < counts.size(); predicted++) {
        int count = counts.get(predicted);
        cells.add(new Cell(count, share(count, sum), truth == predicted));
      }
      rows.add(new Row(confusion.classes().get(truth), cells));
    }
    return new Matrix(title, confusion.classes(), rows);
  }

  private static String share(int count, int sum) {
    double share = sum == 0 ? 0 : (double) count / sum;
    return BigDecimal.valueOf(share).setScale(3, RoundingMode.HALF_UP).toPlainString();
  }

  static List<ClassRow> classes(Metrics metrics) {
    Map<String, ClassScores> base = scores(metrics.confusion().get("base"));
    Map<String, ClassScores> tuned = scores(metrics.confusion().get("tuned"));
    Set<String> names = new LinkedHashSet<>(tuned.keySet());
    names.addAll(base.keySet());
    return names.stream().map(name -> row(name, base.get(name), tuned.get(name))).toList();
  }

  private static Map<String, ClassScores> scores(Confusion confusion) {
    return confusion == null ? Map.of() : Classification.of(confusion).classes();
  }

  private static ClassRow row(String name, ClassScores base, ClassScores tuned) {
    double[] before = values(base);
    double[] now = values(tuned);
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < now.length; i++) {
      pairs.add(
          new Pair(text(before[i]), text(now[i]), Change.of(before[i], now[i], Direction.HIGHER)));
    }
    return new ClassRow(name, tuned == null ? base.support() : tuned.support(), pairs);
  }

  private static double[] values(ClassScores scores) {
    return scores == null
        ? new double[] {Double.NaN, Double.NaN, Double.NaN}
        : new double[] {scores.precision(), scores.recall(), scores.f1()};
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "" : Decimals.format(value);
  }
}
