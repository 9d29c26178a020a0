package io.github.sdtune.worker;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.dataset.EncodedItem;
import io.github.sdtune.plan.Probe;
import io.github.sdtune.tensor.DeviceMemory;
import io.github.sdtune.tensor.Gradients;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.train.Batch;
import io.github.sdtune.train.Objective;
import io.github.sdtune.train.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Takes steps of a training, and makes predictions without gradients, with batches that grow: for
 * ten seconds, or up to the size that is wanted. Two sizes at least.
 */
final class Calibration {
  private static final double PREDICTION_SECONDS = 3;
  private static final double STEP_SECONDS = 7;

  /** A size is tried more often for so long, and the shortest time counts. */
  private static final double BRIEFLY = 0.5;

  private static final int TIMES = 3;

  /** With a place or two at the bottom of the UNet, convolutions take other ways and memory. */
  private static final int LEAST_SIDE = 16;

  /**
   * Of a batch of latents: (B, C, h, w).
   *
   * @param rows B
   */
  record Size(int rows, int height, int width) {
    long places() {
      return (long) rows * height * width;
    }
  }

  private final Training training;
  private final EncodedItem example;
  private final String caption;
  private final NDManager manager;
  private final TrainingStep step;
  private final Objective objective;
  private int steps;

  /**
   * @param training whose weights are moved by this
   * @param example a picture that stands for all
   * @param caption of the picture, as it is trained on
   */
  Calibration(Training training, EncodedItem example, String caption) {
    this.training = training;
    this.example = example;
    this.caption = caption;
    this.manager = training.manager();
    this.step = training.step(training.settings()::learningRate);
    this.objective = training.objective();
  }

  /**
   * From a single row of a sixteenth of the places to what is wanted, each of another number of
   * places.
   *
   * @param multiple of which sides must be; 0: they stay
   */
  static List<Size> ladder(Size wanted, int multiple) {
    Stream<Size> sides =
        (multiple == 0 ? Stream.of(1) : Stream.of(4, 2, 1))
            .map(
                part ->
                    new Size(
                        1,
                        upTo(wanted.height(), part, multiple),
                        upTo(wanted.width(), part, multiple)));
    Stream<Size> rows =
        IntStream.iterate(2, n -> n < wanted.rows(), n -> 2 * n)
            .mapToObj(n -> new Size(n, wanted.height(), wanted.width()));
    return Stream.of(sides, rows, Stream.of(wanted))
        .flatMap(sizes -> sizes)
        .sorted(Comparator.comparing(Size::places))
        .distinct()
        .toList();
  }

  /** A part of a side, rounded up. */
  private static int upTo(int side, int part, int multiple) {
    if (part == 1) {
      return side;
    }
    int least = Math.max(LEAST_SIDE, side / part);
    return Math.min(side, (least + multiple - 1) / multiple * multiple);
  }

  /** What something took with batches of a size. */
  private record Taken(double seconds, Optional<Long> peak) {}

  /**
   * The probes, the smallest first.
   *
   * @param told of the size of each step
   */
  List<Probe> run(List<Size> ladder, Consumer<Size> told) {
    // First: of the memory that a step has taken, the allocator keeps some.
    List<Taken> predictions = grow(ladder, PREDICTION_SECONDS, this::predict, size -> {});
    List<Taken> steps = grow(ladder.subList(0, predictions.size()), STEP_SECONDS, this::step, told);
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Size size = ladder.get(i);
      probes.add(
          new Probe(
              size.rows(),
              size.height(),
              size.width(),
              steps.get(i).seconds(),
              steps.get(i).peak(),
              predictions.get(i).seconds(),
              predictions.get(i).peak()));
    }
    return probes;
  }

  /** Does work with larger and larger batches for so many seconds, with two sizes at least. */
  private List<Taken> grow(
      List<Size> ladder, double seconds, Consumer<Size> work, Consumer<Size> told) {
    // What is done once in a process: weights touched, operators compiled.
    work.accept(ladder.get(0));
    long began = System.nanoTime();
    List<Taken> taken = new ArrayList<>();
    for (Size size : ladder) {
      if (taken.size() >= 2) {
        Size last = ladder.get(taken.size() - 1);
        double expected = taken.get(taken.size() - 1).seconds() * size.places() / last.places();
        if (secondsSince(began) + expected > seconds) {
          break;
        }
      }
      told.accept(size);
      taken.add(taken(() -> work.accept(size)));
    }
    return taken;
  }

  /** The shortest of some times; brief work is done more often. */
  private Taken taken(Runnable work) {
    Device device = manager.getDevice();
    DeviceMemory.forgetPeak(device);
    double shortest = Double.POSITIVE_INFINITY;
    long began = System.nanoTime();
    for (int i = 0; i < TIMES && (i == 0 || secondsSince(began) < BRIEFLY); i++) {
      long start = System.nanoTime();
      work.run();
      shortest = Math.min(shortest, secondsSince(start));
    }
    return new Taken(shortest, DeviceMemory.peak(device));
  }

  private void step(Size size) {
    step.run(steps++, part -> batch(size));
  }

  private void predict(Size size) {
    Scope.closing(() -> Gradients.without(() -> objective.loss(batch(size))).getFloat());
  }

  static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private Batch batch(Size size) {
    int rows = size.rows();
    Shape shape =
        new Shape(rows, example.latentShape().get(0), size.height(), size.width()); // (B, C, h, w)
    NDArray latents = manager.ones(shape);
    NDArray noise = manager.ones(shape);
    int[] timesteps = new int[rows];
    Arrays.fill(timesteps, training.base().schedule().numTrainTimesteps() / 2);
    return new Batch(
        latents,
        noise,
        Optional.empty(),
        timesteps,
        Collections.nCopies(rows, caption),
        Collections.nCopies(rows, example.size()),
        Collections.nCopies(rows, example.id()),
        Collections.nCopies(rows, 0),
        Optional.empty(),
        Optional.empty());
  }
}
