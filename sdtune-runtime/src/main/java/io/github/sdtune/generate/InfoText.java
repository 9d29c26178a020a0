package io.github.sdtune.generate;

import io.github.sdtune.io.Json;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A picture's settings as AUTOMATIC1111's web UI writes and reads them, in a PNG's text chunk
 * {@code parameters}.
 */
final class InfoText {
  static final String KEYWORD = "parameters";

  private InfoText() {}

  static String of(Drawing drawing, Picture picture) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("Steps", Integer.toString(drawing.steps()));
    values.put("Sampler", drawing.sampler());
    drawing.scheduleType().ifPresent(type -> values.put("Schedule type", type));
    values.put("CFG scale", number(drawing.guidanceScale()));
    values.put("Seed", Long.toString(picture.seed()));
    values.put("Size", drawing.width() + "x" + drawing.height());
    values.put("Model hash", drawing.modelHash());
    values.put("Model", model(drawing.model()));
    if (drawing.generator() == NoiseGenerator.TORCH) {
      values.put("RNG", "CPU");
    }
    if (!drawing.adapters().isEmpty()) {
      values.put(
          "Lora hashes",
          drawing.adapters().stream()
              .map(adapter -> adapter.name() + ": " + adapter.hash())
              .collect(Collectors.joining(", ")));
    }
    if (!drawing.embeddings().isEmpty()) {
      values.put(
          "TI hashes",
          drawing.embeddings().stream()
              .map(embedding -> embedding.token() + ": " + embedding.hash())
              .collect(Collectors.joining(", ")));
    }
    values.put("Version", "sdtune " + drawing.version());
    return prompt(drawing, picture)
        + (drawing.negativePrompt().isEmpty()
            ? ""
            : "\nNegative prompt: " + drawing.negativePrompt())
        + "\n"
        + values.entrySet().stream()
            .map(value -> value.getKey() + ": " + quote(value.getValue()))
            .collect(Collectors.joining(", "));
  }

  /** Of a file or folder its name alone, as the web UI has it: pictures are given away. */
  private static String model(String name) {
    return name.startsWith("hf:")
        ? name
        : name.replaceFirst("[/\\\\]+$", "")
            .replaceFirst("^.*[/\\\\]", "")
            .replaceFirst("\\.safetensors$", "");
  }

  /** The web UI takes an adapter and its scale out of the prompt. */
  private static String prompt(Drawing drawing, Picture picture) {
    return picture.prompt()
        + drawing.adapters().stream()
            .map(adapter -> " <lora:" + adapter.name() + ":" + number(adapter.scale()) + ">")
            .collect(Collectors.joining());
  }

  /** Without a fraction where there is none. */
  private static String number(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  private static String quote(String text) {
    return text.matches("(?s).*[,\n:].*") ? Json.line(text) : text;
  }
}
