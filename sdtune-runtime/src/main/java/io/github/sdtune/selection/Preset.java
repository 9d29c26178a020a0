package io.github.sdtune.selection;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.sdtune.checkpoint.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Names for the usual selections: patterns as in {@link Rule}, other ones for each part. They hold
 * for the names of layers and of parameters, and for all families: what is a matrix in SD2 and SDXL
 * and a 1x1 convolution in SD1 has the same name.
 */
public enum Preset {
  /** Queries, keys, values and outputs: what diffusers' scripts train. */
  ATTENTION(unet("*.attn1.*", "*.attn2.*"), text("*.self_attn.*"), vae("decoder.*.attentions.*")),

  /** Of pictures to themselves. */
  SELF_ATTENTION(unet("*.attn1.*")),

  /** Of pictures to the text. */
  CROSS_ATTENTION(unet("*.attn2.*")),

  /** What follows attention in each block. */
  FEED_FORWARD(unet("*.ff.net.*"), text("*.mlp.*")),

  /** Attention and feed-forward; of text encoders what kohya's scripts train. */
  TRANSFORMER_BLOCKS(unet("*.transformer_blocks.*"), text("text_model.encoder.layers.*")),

  /** The blocks with the projections into and out of them: what kohya's scripts train. */
  TRANSFORMERS(unet("*.attentions.*")),

  /** The 3x3 convolutions of residual blocks and of what halves and doubles pictures. */
  CONVOLUTIONS(
      unet("*.resnets.*.conv1", "*.resnets.*.conv2", "*.downsamplers.*", "*.upsamplers.*"),
      vae("decoder.*.conv1", "decoder.*.conv2", "decoder.*.upsamplers.*")),

  /** The way down, from the picture to the smallest size. */
  DOWN_BLOCKS(unet("down_blocks.*")),

  /** What is between the ways down and up. */
  MID_BLOCK(unet("mid_block.*"), vae("decoder.mid_block.*")),

  /** The way up, to the picture. */
  UP_BLOCKS(unet("up_blocks.*"), vae("decoder.up_blocks.*")),

  /** All of a part; of the autoencoder all that makes pictures of latents. */
  ALL(unet("*"), text("*"), vae("decoder.*", "post_quant_conv*")),

  /** Only as parameters: BitFit (https://arxiv.org/abs/2106.10199). */
  BIASES(unet("*.bias"), text("*.bias"), vae("decoder.*.bias")),

  /** Weights and biases of normalisations, only as parameters. */
  NORMS(unet("*norm*"), text("*norm*"), vae("decoder.*norm*")),

  /** What a picture shows, in SDXL alone: B-LoRA (https://arxiv.org/abs/2403.14572). */
  B_LORA_CONTENT(unet("up_blocks.0.attentions.0.*.attn*")),

  /** How it is painted, in SDXL alone: B-LoRA (https://arxiv.org/abs/2403.14572). */
  B_LORA_STYLE(unet("up_blocks.0.attentions.1.*.attn*"));

  private record Patterns(Set<Part> parts, List<String> patterns) {}

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<Patterns> patterns;

  Preset(Patterns... patterns) {
    this.patterns = List.of(patterns);
  }

  private static Patterns unet(String... patterns) {
    return new Patterns(EnumSet.of(Part.UNET), List.of(patterns));
  }

  private static Patterns text(String... patterns) {
    return new Patterns(EnumSet.of(Part.TEXT_ENCODER, Part.TEXT_ENCODER_2), List.of(patterns));
  }

  private static Patterns vae(String... patterns) {
    return new Patterns(EnumSet.of(Part.VAE), List.of(patterns));
  }

  /** The patterns of a part's names; none if the preset is not for that part. */
  public List<String> patterns(Part part) {
    return patterns.stream()
        .filter(of -> of.parts.contains(part))
        .flatMap(of -> of.patterns.stream())
        .toList();
  }

  /** The presets that are for a part. */
  public static List<Preset> of(Part part) {
    return Stream.of(values()).filter(preset -> !preset.patterns(part).isEmpty()).toList();
  }

  /** As users write it: {@code cross-attention}. */
  @JsonValue
  public String json() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
