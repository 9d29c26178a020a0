package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.io.Sha256;
import io.github.sdtune.safetensors.SafetensorsWriter;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import io.github.sdtune.safetensors.Shapes;
import io.github.sdtune.safetensors.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * A model before any training: parts whose weights are drawn, as diffusers and transformers would
 * draw them for the same {@code config.json}, in float32.
 */
public final class RandomStart {
  private static final String WEIGHT = ".weight";

  /** A model's configurations and what its other parts know. */
  private final Path base;

  private final Set<Part> parts;
  private final long seed;

  /**
   * A start that is not written yet.
   *
   * @param base a diffusers folder, with or without weights of the parts that are drawn
   * @param parts that are drawn
   * @param seed another seed, another draw
   */
  public RandomStart(Path base, Set<Part> parts, long seed) {
    this.base = base;
    this.parts = Set.copyOf(parts);
    this.seed = seed;
  }

  /**
   * Writes the model: the same bytes for the same configurations and seed.
   *
   * @param folder that does not exist
   * @throws SdtuneException if the base is without one of the parts
   */
  public void write(Path folder) throws IOException {
    Family family = FamilyOf.folder(base);
    Configs configs = Configs.read(base, family);
    Map<Part, KeyMap> keys = configs.keyMaps(family);
    SdtuneException.refuse(
        base + ": cannot be drawn",
        parts.stream()
            .filter(part -> !keys.containsKey(part))
            .map(part -> "there is no " + part.folder() + " in a model of this family")
            .sorted()
            .toList());
    copyOthers(folder);
    for (Part part : Part.values()) {
      if (parts.contains(part)) {
        Path own = Files.createDirectories(folder.resolve(part.folder()));
        PartConfig.copy(base.resolve(part.folder()), own, TensorType.F32);
        SafetensorsWriter.write(
            own.resolve(part.stem() + ".safetensors"),
            tensors(part, configs, keys.get(part).keys()),
            Map.of("format", "pt"));
      }
    }
  }

  /** Everything but the parts that are drawn. */
  private void copyOthers(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(base)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path inside = base.relativize(file);
        if (Part.ofFolder(inside.getName(0).toString()).filter(parts::contains).isEmpty()) {
          Path copy = folder.resolve(inside);
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }

  private List<Tensor> tensors(Part part, Configs configs, List<TensorKey> keys) {
    Map<String, List<Long>> shapes = new LinkedHashMap<>();
    keys.forEach(key -> shapes.put(key.name(), key.shape()));
    Initialization initialization =
        switch (part) {
          case UNET, VAE -> new TorchInitialization(shapes);
          case TEXT_ENCODER, TEXT_ENCODER_2 ->
              new ClipInitialization(ClipShape.of(configs.parts().get(part)));
        };
    return keys.stream()
        .map(
            key ->
                new Tensor(
                    key.name(),
                    TensorType.F32,
                    key.shape(),
                    () ->
                        drawn(
                            Shapes.count(key.shape()),
                            initialization.of(key.name(), key.shape(), random(part, key.name())))))
        .toList();
  }

  /** A stream of its own for each tensor: {@link Random} is the same everywhere. */
  private Random random(Part part, String name) {
    String key = seed + " " + part.folder() + " " + name;
    return new Random(Long.parseUnsignedLong(Sha256.of(key).substring(0, 16), 16));
  }

  private static ByteBuffer drawn(long count, DoubleSupplier numbers) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact(count, Float.BYTES)))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat((float) numbers.getAsDouble());
    }
    return data.flip();
  }

  /** What a network's tensors are drawn from. */
  @FunctionalInterface
  private interface Initialization {
    DoubleSupplier of(String name, List<Long> shape, Random random);
  }

  /**
   * What torch does for linear layers and convolutions, {@code kaiming_uniform_(a=sqrt(5))}:
   * weights and biases uniform within {@code 1 / sqrt(fan in)}; norms begin with 1 and 0.
   *
   * @param shapes of all tensors: a bias takes after its weight
   */
  private record TorchInitialization(Map<String, List<Long>> shapes) implements Initialization {
    @Override
    public DoubleSupplier of(String name, List<Long> shape, Random random) {
      boolean weight = name.endsWith(WEIGHT);
      List<Long> ofWeight =
          weight ? shape : shapes.get(name.substring(0, name.lastIndexOf('.')) + WEIGHT);
      if (ofWeight.size() == 1) {
        return () -> weight ? 1 : 0;
      }
      double bound = 1 / Math.sqrt((double) Shapes.count(ofWeight.subList(1, ofWeight.size())));
      return () -> bound * (2 * random.nextDouble() - 1);
    }
  }

  /** {@code CLIPPreTrainedModel._init_weights} of transformers, with a factor of 1. */
  private record ClipInitialization(ClipShape shape) implements Initialization {
    @Override
    public DoubleSupplier of(String name, List<Long> ignored, Random random) {
      if (name.endsWith(".bias")) {
        return () -> 0;
      }
      if (name.contains("layer_norm")) {
        return () -> 1;
      }
      double deviation = deviation(name);
      return () -> deviation * random.nextGaussian();
    }

    private double deviation(String name) {
      double root = 1 / Math.sqrt(shape.hidden());
      double deep = root / Math.sqrt(2.0 * shape.layers());
      if (name.contains("embedding")) {
        return 0.02;
      }
      if (name.contains(".out_proj.") || name.startsWith("text_projection.")) {
        return root;
      }
      return name.contains(".fc1.") ? 1 / Math.sqrt(2.0 * shape.hidden()) : deep;
    }
  }
}
