package io.github.sdtune.adapter;

import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.safetensors.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adapters made of random numbers. */
final class TestAdapters {
  private TestAdapters() {}

  /** All modules of the published Stable Diffusion XL's UNet, as name and kind. */
  static List<String[]> sdxlUNet() {
    try (InputStream in = TestAdapters.class.getResourceAsStream("sdxl-unet-modules.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split(" ")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An adapter of all of Stable Diffusion XL's UNet and of both text encoders, with small layers.
   *
   * @param mixed whether ranks and alphas differ from module to module
   */
  static AdapterWeights sdxl(TensorType type, boolean mixed) {
    Random random = new Random(7);
    SortedMap<Part, SortedMap<String, AdapterModule>> parts = new TreeMap<>();
    SortedMap<String, AdapterModule> unet = new TreeMap<>();
    for (String[] module : sdxlUNet()) {
      unet.put(module[0], module(random, type, module[1], mixed));
    }
    parts.put(Part.UNET, unet);
    for (Part part : List.of(Part.TEXT_ENCODER, Part.TEXT_ENCODER_2)) {
      SortedMap<String, AdapterModule> text = new TreeMap<>();
      for (int layer = 0; layer < 12; layer++) {
        String path = "text_model.encoder.layers." + layer;
        for (String name : List.of("self_attn.q_proj", "self_attn.out_proj", "mlp.fc1")) {
          text.put(path + "." + name, module(random, type, "linear", mixed));
        }
      }
      parts.put(part, text);
    }
    return new AdapterWeights("random", parts, Map.of("ss_output_name", "a name"));
  }

  private static LoraModule module(Random random, TensorType type, String kind, boolean mixed) {
    long rank = mixed ? 1 + random.nextInt(3) : 2;
    double alpha = mixed ? List.of(1.0, 0.5, 2.0).get(random.nextInt(3)) : 1.5;
    long k = kind.equals("conv3") ? 3 : 1;
    List<Long> kernel = kind.equals("linear") ? List.of() : List.of(k, k);
    List<Long> point = kind.equals("linear") ? List.of() : List.of(1L, 1L);
    return new LoraModule(
        tensor(random, type, rank, 4, kernel), tensor(random, type, 5, rank, point), alpha);
  }

  private static AdapterTensor tensor(
      Random random, TensorType type, long a, long b, List<Long> kernel) {
    List<Long> shape = new ArrayList<>(List.of(a, b));
    shape.addAll(kernel);
    float[] values = new float[shape.stream().reduce(1L, (x, y) -> x * y).intValue()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return AdapterTensor.of(values, type, shape);
  }

  /** Everything that must survive, comparable. */
  static SortedMap<String, Object> content(AdapterWeights weights) {
    SortedMap<String, Object> content = new TreeMap<>();
    weights
        .parts()
        .forEach(
            (part, modules) ->
                modules.forEach(
                    (name, module) -> {
                      String path = part + " " + name;
                      module
                          .tensors()
                          .forEach(
                              (factor, tensor) -> content.put(path + " " + factor, bits(tensor)));
                      content.put(path + " alpha", module.alpha());
                    }));
    return content;
  }

  private static List<Object> bits(AdapterTensor tensor) {
    ByteBuffer data = tensor.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return List.of(tensor.type(), tensor.shape(), ByteBuffer.wrap(bytes));
  }
}
