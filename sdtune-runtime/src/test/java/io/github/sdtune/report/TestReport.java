package io.github.sdtune.report;

import io.github.sdtune.gate.Allowance;
import io.github.sdtune.gate.Baseline;
import io.github.sdtune.gate.Gate;
import io.github.sdtune.gate.Gates;
import io.github.sdtune.gate.Severity;
import io.github.sdtune.metric.Classification;
import io.github.sdtune.metric.Comparison;
import io.github.sdtune.metric.Confusion;
import io.github.sdtune.metric.Metric;
import io.github.sdtune.metric.MetricCatalog;
import io.github.sdtune.metric.Metrics;
import io.github.sdtune.metric.NearestPicture;
import io.github.sdtune.metric.PairedBootstrap;
import io.github.sdtune.metric.Sample;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Made-up but realistic data of a training, the same at each call. */
final class TestReport {
  static final List<Gate> GATES =
      List.of(
          gate("validation.loss", null, null, "2%"),
          gate("classification.macroF1", 0.3, null, "0.05"),
          gate("samples.colourfulness", null, 0.06, null));
  private static final List<String> CLASSES =
      List.of("animal", "bird", "drink", "food", "vehicle", "weather");
  private static final int[] TIMESTEPS = {62, 187, 312, 437, 562, 687, 812, 937};

  private TestReport() {}

  static Gate gate(String metric, Double minimum, Double maximum, String maxRegression) {
    return new Gate(
        metric,
        Optional.ofNullable(minimum),
        Optional.ofNullable(maximum),
        Optional.ofNullable(maxRegression).map(Allowance::parse),
        Severity.ERROR);
  }

  static ReportData data(Path folder, Optional<Baseline> baseline, double tunedScale)
      throws IOException {
    Metrics metrics = metrics(tunedScale, samples(folder));
    return new ReportData(
        "org.example:lineart-emoji:1.1",
        metrics,
        Gates.judge(GATES, metrics, baseline),
        baseline,
        trainingLog(),
        folder,
        facts());
  }

  static Optional<Baseline> baseline() {
    return Optional.of(new Baseline("1.0", metrics(0.8, List.of())));
  }

  static Metrics metrics(double tunedScale, List<Sample> samples) {
    Random random = new Random(3);
    Map<String, Double> baseItems = new TreeMap<>();
    Map<String, Double> tunedItems = new TreeMap<>();
    for (int i = 0; i < 64; i++) {
      double loss = 0.159 * (0.6 + 0.8 * random.nextDouble());
      baseItems.put("picture" + i, loss);
      tunedItems.put("picture" + i, loss * tunedScale * (0.95 + 0.1 * random.nextDouble()));
    }
    Map<String, Metric> base = new TreeMap<>();
    Map<String, Metric> tuned = new TreeMap<>();
    for (int k = 0; k < TIMESTEPS.length; k++) {
      double loss = 0.6 * Math.exp(-0.42 * k) + 0.01;
      base.put("validation.loss.t" + TIMESTEPS[k], loss("validation.loss.t62", loss));
      tuned.put(
          "validation.loss.t" + TIMESTEPS[k],
          loss("validation.loss.t62", loss * (tunedScale - 0.05 + 0.015 * k)));
    }
    Confusion before = confusion(random, 0.42);
    Confusion after = confusion(random, 0.66);
    base.putAll(Classification.of(before).metrics());
    tuned.putAll(Classification.of(after).metrics());
    base.put("validation.loss", mean(baseItems));
    tuned.put("validation.loss", mean(tunedItems));
    tuned.put("validation.relativeLoss", MetricCatalog.metric("validation.relativeLoss", 0.79));
    base.put("classification.margin", MetricCatalog.metric("classification.margin", -0.0004));
    tuned.put("classification.margin", MetricCatalog.metric("classification.margin", 0.0021));
    base.put("samples.colourfulness", MetricCatalog.metric("samples.colourfulness", 0.1402));
    tuned.put("samples.colourfulness", MetricCatalog.metric("samples.colourfulness", 0.0437));
    Map<String, Comparison> comparisons =
        Map.of(
            "validation.loss",
            PairedBootstrap.compare(baseItems, tunedItems),
            "classification.accuracy",
            new Comparison(0.2, -0.01, 0.31, 0.5, 64));
    return new Metrics(
        Metrics.VERSION,
        "org.example:lineart-emoji:1.1",
        Map.of(
            "dataset",
            "5f2b9c0de1a4837766aa",
            "timesteps",
            "62, 187, 312, 437, 562, 687, 812, 937",
            "base model",
            "91ce02fb7a",
            "seed",
            "42"),
        base,
        tuned,
        comparisons,
        Map.of("base", before, "tuned", after),
        samples,
        Optional.empty());
  }

  private static Metric loss(String name, double value) {
    return MetricCatalog.metric(name, value);
  }

  private static Metric mean(Map<String, Double> items) {
    double mean = items.values().stream().mapToDouble(it -> it).average().orElseThrow();
    return MetricCatalog.metric("validation.loss", mean, items);
  }

  private static Confusion confusion(Random random, double accuracy) {
    List<String> truth = new ArrayList<>();
    List<String> predicted = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String right = CLASSES.get(i % CLASSES.size());
      truth.add(right);
      predicted.add(
          random.nextDouble() < accuracy ? right : CLASSES.get(random.nextInt(CLASSES.size())));
    }
    return Confusion.of(CLASSES, truth, predicted);
  }

  static List<String> trainingLog() {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>();
    lines.add("{\"event\":\"phase\",\"text\":\"training\"}");
    double best = Double.MAX_VALUE;
    for (int step = 0; step <= 200; step++) {
      if (step > 0) {
        double loss =
            (0.125 + 0.06 * Math.exp(-step / 30.0)) * Math.exp(0.35 * random.nextGaussian());
        double rate = 2e-3 * Math.min(1, step / 20.0) * 0.5 * (1 + Math.cos(Math.PI * step / 200));
        lines.add(
            ("{\"event\":\"step\",\"step\":%d,\"steps\":200,\"loss\":%s,\"learningRate\":%s,"
                    + "\"gradNorm\":%s,\"picturesPerSecond\":28.1,\"secondsLeft\":9}")
                .formatted(step, loss, rate, 0.3 + 0.2 * random.nextDouble()));
      }
      if (step % 20 == 0) {
        double loss =
            0.124 + 0.035 * Math.exp(-step / 35.0) + (step > 160 ? 1e-4 * (step - 160) : 0);
        double trained = 0.11 + 0.05 * Math.exp(-step / 60.0);
        lines.add(
            ("{\"event\":\"validation\",\"step\":%d,\"metrics\":{\"validation.loss\":%s,"
                    + "\"training.subsetLoss\":%s,\"validation.gap\":%s,\"retention.loss\":%s,"
                    + "\"classification.accuracy\":%s,\"classification.macroF1\":%s},\"best\":%s}")
                .formatted(
                    step,
                    loss,
                    trained,
                    loss - trained,
                    0.09 + 0.02 * step / 200,
                    0.66 - 0.24 * Math.exp(-step / 50.0),
                    0.6 - 0.25 * Math.exp(-step / 60.0),
                    loss < best));
        best = Math.min(best, loss);
      }
    }
    lines.add(
        "{\"event\":\"overfitting\",\"kind\":\"overfitted\",\"step\":160,\"sentence\":"
            + "\"overfitting began after step 160: from there to step 200 the validation loss rose"
            + " by 2.4% (95% interval 1.9% to 2.8%, 64 pictures) while that of training pictures"
            + " changed by -1.6%\"}");
    return lines;
  }

  private static Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Base model", "io.github.sdtune:emoji-base:1.0 (sha256 91ce02fb7a...)");
    facts.put("Method", "LoRA, rank 8, alpha 8, attention projections");
    facts.put("Pictures", "408: 234 to train on, 86 to validate, 88 to test");
    facts.put("Resolution", "64 x 64");
    facts.put("Learning rate", "0.002, cosine after 20 steps of warm-up");
    facts.put("Batch", "16, 200 steps of at most 200");
    facts.put("Seed", "42");
    facts.put("Duration", "1 min 52 s on the CPU (2 cores)");
    return facts;
  }

  private static List<Sample> samples(Path folder) throws IOException {
    List<String> prompts =
        List.of(
            "lineart emoji of a cat face, animal",
            "lineart emoji of a penguin, bird",
            "lineart emoji of a cup of hot tea, drink",
            "lineart emoji of a bus, vehicle",
            "lineart emoji of a sun behind a cloud, weather",
            "lineart emoji of a slice of pizza with a very long caption that goes on and on, food");
    List<Sample> samples = new ArrayList<>();
    Files.createDirectories(folder.resolve("samples"));
    for (int i = 0; i < prompts.size(); i++) {
      Sample sample =
          new Sample(
              prompts.get(i),
              42 + i,
              "samples/" + i + "-base.png",
              "samples/" + i + "-tuned.png",
              Optional.of(
                  new NearestPicture(
                      "train-" + i + ".png", 0.25 + i, "samples/" + i + "-nearest.png")));
      draw(folder.resolve(sample.nearest().orElseThrow().picture()), i + 100, false);
      draw(folder.resolve(sample.base()), i, true);
      draw(folder.resolve(sample.tuned()), i, false);
      samples.add(sample);
    }
    return samples;
  }

  private static void draw(Path file, int seed, boolean filled) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 64, 64);
    graphics.setStroke(new BasicStroke(2));
    Random random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      int size = 12 + random.nextInt(36);
      int x = random.nextInt(64 - size);
      int y = random.nextInt(64 - size);
      if (filled) {
        graphics.setColor(Color.getHSBColor(random.nextFloat(), 0.7f, 0.9f));
        graphics.fillOval(x, y, size, size);
      } else {
        random.nextFloat();
        graphics.setColor(Color.BLACK);
        graphics.drawOval(x, y, size, size);
      }
    }
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }
}
