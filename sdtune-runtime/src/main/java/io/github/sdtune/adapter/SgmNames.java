package io.github.sdtune.adapter;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of a UNet's modules in Stability AI's generative-models, flattened: kohya's scripts use
 * them for Stable Diffusion XL. There all layers of the way down are numbered through, and so are
 * those of the way up.
 */
final class SgmNames {
  private static final Map<String, String> OUTSIDE =
      Map.of(
          "conv_in", "input_blocks_0_0",
          "conv_out", "out_2",
          "time_embedding.linear_1", "time_embed_0",
          "time_embedding.linear_2", "time_embed_2",
          "add_embedding.linear_1", "label_emb_0_0",
          "add_embedding.linear_2", "label_emb_0_2");
  private static final Map<String, String> IN_RESNET =
      Map.of(
          "conv1", "in_layers_2",
          "conv2", "out_layers_3",
          "time_emb_proj", "emb_layers_1",
          "conv_shortcut", "skip_connection");
  private static final Pattern DIFFUSERS =
      Pattern.compile(
          "(down_blocks|up_blocks)\\.(\\d{1,3})\\.(resnets|attentions|downsamplers|upsamplers)"
              + "\\.(\\d{1,3})\\.(.+)");
  private static final Pattern DIFFUSERS_MIDDLE =
      Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d)\\.(.+)");
  private static final Pattern SGM = Pattern.compile("(input|output)_blocks_(\\d{1,3})_(\\d)_(.+)");
  private static final Pattern SGM_MIDDLE = Pattern.compile("middle_block_([012])_(.+)");

  private final int layersPerBlock;

  SgmNames(int layersPerBlock) {
    this.layersPerBlock = layersPerBlock;
  }

  static boolean isSgm(String flat) {
    return OUTSIDE.containsValue(flat)
        || List.of("input_blocks_", "middle_block_", "output_blocks_").stream()
            .anyMatch(flat::startsWith);
  }

  /** The flattened name in sgm of a module that diffusers names so; empty if it has none. */
  Optional<String> ofDiffusers(String name) {
    if (OUTSIDE.containsKey(name)) {
      return Optional.of(OUTSIDE.get(name));
    }
    Matcher middle = DIFFUSERS_MIDDLE.matcher(name);
    if (middle.matches()) {
      boolean resnet = middle.group(1).equals("resnets");
      int layer = Integer.parseInt(middle.group(2));
      return inside(middle.group(1), middle.group(3))
          .map(rest -> "middle_block_" + (resnet ? 2 * layer : 1) + "_" + rest);
    }
    Matcher matcher = DIFFUSERS.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    boolean down = matcher.group(1).equals("down_blocks");
    int block = Integer.parseInt(matcher.group(2));
    int layer = Integer.parseInt(matcher.group(4));
    String kind = matcher.group(3);
    String rest = matcher.group(5);
    int first = block * (layersPerBlock + 1);
    return switch (kind) {
      case "downsamplers" -> Optional.of("input_blocks_" + (first + layersPerBlock + 1) + "_0_op");
      case "upsamplers" -> Optional.of("output_blocks_" + (first + layersPerBlock) + "_2_conv");
      default ->
          inside(kind, rest)
              .map(
                  r ->
                      (down
                              ? "input_blocks_" + (first + layer + 1)
                              : "output_blocks_" + (first + layer))
                          + (kind.equals("resnets") ? "_0_" : "_1_")
                          + r);
    };
  }

  private static Optional<String> inside(String kind, String rest) {
    return kind.equals("resnets")
        ? Optional.ofNullable(IN_RESNET.get(rest))
        : Optional.of(KohyaNames.flatten(rest));
  }

  /** The name in diffusers of a module that sgm names so; empty if there is none. */
  Optional<String> toDiffusers(String flat) {
    if (OUTSIDE.containsValue(flat)) {
      return key(OUTSIDE, flat);
    }
    Matcher middle = SGM_MIDDLE.matcher(flat);
    if (middle.matches()) {
      return switch (middle.group(1)) {
        case "0" -> resnet("mid_block.resnets.0.", middle.group(2));
        case "1" -> attention("mid_block.attentions.0.", middle.group(2));
        default -> resnet("mid_block.resnets.1.", middle.group(2));
      };
    }
    Matcher matcher = SGM.matcher(flat);
    return matcher.matches() ? numbered(matcher) : Optional.empty();
  }

  private Optional<String> numbered(Matcher matcher) {
    boolean down = matcher.group(1).equals("input");
    int number = Integer.parseInt(matcher.group(2)) - (down ? 1 : 0);
    int layer = Math.floorMod(number, layersPerBlock + 1);
    String block =
        (down ? "down_blocks." : "up_blocks.") + Math.floorDiv(number, layersPerBlock + 1);
    String rest = matcher.group(4);
    if (rest.equals("op")) {
      return Optional.of(block + ".downsamplers.0.conv");
    }
    if (rest.equals("conv")) { // at 1 where the block has no attention, else at 2
      return Optional.of(block + ".upsamplers.0.conv");
    }
    return matcher.group(3).equals("0")
        ? resnet(block + ".resnets." + layer + ".", rest)
        : attention(block + ".attentions." + layer + ".", rest);
  }

  private static Optional<String> resnet(String path, String rest) {
    return key(IN_RESNET, rest).map(path::concat);
  }

  private static Optional<String> attention(String path, String rest) {
    return KohyaNames.unflatten(rest).map(path::concat);
  }

  private static Optional<String> key(Map<String, String> map, String value) {
    Function<Map.Entry<String, String>, String> key = Map.Entry::getKey;
    return map.entrySet().stream().filter(e -> e.getValue().equals(value)).map(key).findFirst();
  }
}
