package io.github.sdtune.checkpoint;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.safetensors.SafetensorsFile;
import io.github.sdtune.safetensors.ShardedSafetensors;
import io.github.sdtune.safetensors.TensorSource;
import io.github.sdtune.safetensors.TensorView;
import io.github.sdtune.safetensors.TensorViews;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The weights of one part of a diffusers folder, under the names that diffusers has today. */
public final class PartWeights {
  private static final Pattern OLD_VAE_ATTENTION =
      Pattern.compile("(.*\\.attentions\\.\\d+)\\.(query|key|value|proj_attn)\\.(weight|bias)");
  private static final Pattern VAE_ATTENTION_WEIGHT =
      Pattern.compile(".*\\.attentions\\.\\d+\\.(to_q|to_k|to_v|to_out\\.0)\\.weight");
  private static final Map<String, String> TODAY =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  private static final String POSITIONS = "embeddings.position_ids";

  private PartWeights() {}

  /**
   * Opens {@code stem.safetensors}, or what its index names, or if there is neither the same of the
   * half-precision variant {@code fp16}. Linear layers that old files keep as 1x1 convolutions are
   * matrices here, the text encoders' names have the prefix {@code text_model.}, and numbers of
   * positions are left out; the bytes stay those of the file.
   *
   * @param folder of the part: {@code unet}
   * @throws SdtuneException if there is no file, or only a pickle
   */
  public static TensorSource open(Path folder, Part part) {
    TensorSource stored = stored(folder, part.stem());
    try {
      return switch (part) {
        case UNET -> stored;
        case VAE -> linear(TensorViews.renamed(stored, PartWeights::vaeName));
        case TEXT_ENCODER, TEXT_ENCODER_2 -> TensorViews.renamed(stored, PartWeights::textName);
      };
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  /** Opens the weights of a whole CLIP model, without its numbers of positions. */
  public static TensorSource openClip(Path folder) {
    return TensorViews.renamed(
        stored(folder, "model"), name -> name.endsWith(POSITIONS) ? null : name);
  }

  private static TensorSource stored(Path folder, String stem) {
    for (String infix : List.of("", ".fp16")) {
      Path file = folder.resolve(stem + infix + ".safetensors");
      if (Files.isRegularFile(file)) {
        return SafetensorsFile.open(file);
      }
      Path index = folder.resolve(stem + ".safetensors.index" + infix + ".json");
      if (Files.isRegularFile(index)) {
        return ShardedSafetensors.open(index);
      }
    }
    String found = "";
    for (String bin : List.of(stem + ".bin", "pytorch_model.bin", stem + ".fp16.bin")) {
      if (Files.isRegularFile(folder.resolve(bin))) {
        SafetensorsFile.refusePickle(folder.resolve(bin));
        found = "; " + bin + " is none, whatever it is";
      }
    }
    throw new SdtuneException(
        folder.resolve(stem + ".safetensors")
            + ": there is no such file, nor an index of shards, nor the variant fp16; "
            + "a model folder needs its weights as safetensors"
            + found);
  }

  private static String vaeName(String name) {
    Matcher old = OLD_VAE_ATTENTION.matcher(name);
    return old.matches() ? old.group(1) + "." + TODAY.get(old.group(2)) + "." + old.group(3) : name;
  }

  private static TensorViews linear(TensorViews vae) {
    Map<String, TensorView> views = new LinkedHashMap<>();
    for (String name : vae.names()) {
      TensorView view = vae.view(name);
      List<Long> shape = view.shape();
      boolean pointwise =
          VAE_ATTENTION_WEIGHT.matcher(name).matches()
              && shape.size() == 4
              && shape.get(2) == 1
              && shape.get(3) == 1;
      views.put(name, pointwise ? TensorView.reshaped(view, shape.subList(0, 2)) : view);
    }
    return new TensorViews(vae, views);
  }

  /** Newer files lack the prefix; older ones hold the numbers of the positions. */
  static String textName(String name) {
    boolean full = name.startsWith("text_model.") || name.startsWith("text_projection.");
    String prefixed = full ? name : "text_model." + name;
    return prefixed.equals("text_model." + POSITIONS) ? null : prefixed;
  }
}
