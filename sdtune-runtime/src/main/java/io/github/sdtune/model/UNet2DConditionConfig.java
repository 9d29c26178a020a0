package io.github.sdtune.model;

import io.github.sdtune.io.ConfigFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code unet/config.json} of diffusers.
 *
 * @param blockOutChannels channels of each level, from the top
 * @param heads attention heads of each level; diffusers calls them {@code attention_head_dim}
 * @param crossAttentionDim features of the text states
 * @param textTime what is added to the time embedding; only SDXL has it
 */
public record UNet2DConditionConfig(
    int sampleSize,
    int inChannels,
    int outChannels,
    boolean flipSinToCos,
    int freqShift,
    List<String> downBlockTypes,
    List<String> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int downsamplePadding,
    int normNumGroups,
    double normEps,
    int crossAttentionDim,
    List<Integer> heads,
    List<Integer> transformerLayersPerBlock,
    boolean useLinearProjection,
    Optional<TextTime> textTime) {
  private static final int INPAINTING_CHANNELS = 9;
  private static final Map<String, Object> ONLY = only();

  /**
   * SDXL's {@code addition_embed_type} text_time (https://arxiv.org/abs/2307.01952, section 2.2).
   *
   * @param timeEmbedDim features of the embedding of one time id
   * @param projectionInputDim features of the pooled text and of all embedded time ids
   */
  public record TextTime(int timeEmbedDim, int projectionInputDim) {
    /** Numbers that describe a picture's sizes. */
    static final int IDS = 6;

    /** Features of the pooled text. */
    public int pooledDim() {
      return projectionInputDim - IDS * timeEmbedDim;
    }
  }

  /** Features of the time embedding. */
  public int timeEmbedDim() {
    return 4 * blockOutChannels.get(0);
  }

  /**
   * Reads and checks a file.
   *
   * @throws io.github.sdtune.SdtuneException that lists every value that is not supported
   */
  public static UNet2DConditionConfig read(Path file) {
    ConfigFile json = new ConfigFile(file);
    List<Integer> channels = json.integers("block_out_channels");
    int levels = channels.size();
    Optional<List<Integer>> heads = json.each("num_attention_heads", levels);
    Optional<List<Integer>> headDim = json.each("attention_head_dim", levels);
    UNet2DConditionConfig config =
        new UNet2DConditionConfig(
            json.integer("sample_size", 64),
            json.integer("in_channels", 4),
            json.integer("out_channels", 4),
            json.truth("flip_sin_to_cos", true),
            json.integer("freq_shift", 0),
            json.texts("down_block_types", "CrossAttnDownBlock2D", "DownBlock2D"),
            json.texts("up_block_types", "CrossAttnUpBlock2D", "UpBlock2D"),
            channels,
            json.integer("layers_per_block", 2),
            json.integer("downsample_padding", 1),
            json.integer("norm_num_groups", 32),
            json.number("norm_eps", 1e-5),
            same(json, "cross_attention_dim", levels, 1280),
            heads.or(() -> headDim).orElse(Collections.nCopies(levels, 8)),
            json.each("transformer_layers_per_block", levels)
                .orElse(Collections.nCopies(levels, 1)),
            json.truth("use_linear_projection", false),
            textTime(json));
    json.only(ONLY);
    json.onlyEach("only_cross_attention", false);
    // Everything is float32, so there is nothing to cast up.
    json.ignore("upcast_attention", "addition_embed_type_num_heads");
    json.require(
        config.inChannels == 4,
        "in_channels: found %d, expected 4%s"
            .formatted(
                config.inChannels,
                config.inChannels == INPAINTING_CHANNELS
                    ? "; this is an inpainting UNet, which is not supported: take the"
                        + " text-to-image model that it was made from"
                    : ""));
    json.require(
        config.downBlockTypes.size() == levels && config.upBlockTypes.size() == levels,
        "down_block_types, up_block_types: expected one for each of the "
            + levels
            + " block_out_channels");
    for (int i = 0; i < levels; i++) {
      int c = channels.get(i);
      json.require(
          config.normNumGroups > 0 && c % config.normNumGroups == 0,
          "block_out_channels: "
              + c
              + " is not divisible by norm_num_groups "
              + config.normNumGroups);
      json.require(
          c % config.heads.get(i) == 0,
          "block_out_channels: "
              + c
              + " is not divisible by the "
              + config.heads.get(i)
              + " heads of attention_head_dim");
    }
    json.refuseFindings();
    return config;
  }

  /** A number, or a list of as many equal ones as there are levels. */
  private static int same(ConfigFile json, String key, int levels, int fallback) {
    List<Integer> each = json.each(key, levels).orElse(List.of(fallback));
    boolean equal = each.stream().distinct().count() == 1;
    json.require(equal, key + ": found " + each + ", expected the same number for all levels");
    return each.get(0);
  }

  private static Optional<TextTime> textTime(ConfigFile json) {
    if (json.isNull("addition_embed_type")) {
      json.only("addition_time_embed_dim", null);
      json.only("projection_class_embeddings_input_dim", null);
      return Optional.empty();
    }
    json.text("addition_embed_type", null, "text_time");
    TextTime sizes =
        new TextTime(
            json.integer("addition_time_embed_dim", null),
            json.integer("projection_class_embeddings_input_dim", null));
    json.require(
        sizes.timeEmbedDim > 0 && sizes.timeEmbedDim % 2 == 0,
        "addition_time_embed_dim: found " + sizes.timeEmbedDim + ", expected an even number");
    json.require(
        sizes.pooledDim() > 0,
        "projection_class_embeddings_input_dim: found %d, expected more than %d, six times the %d"
                .formatted(
                    sizes.projectionInputDim, TextTime.IDS * sizes.timeEmbedDim, sizes.timeEmbedDim)
            + " features of addition_time_embed_dim");
    return Optional.of(sizes);
  }

  private static Map<String, Object> only() {
    Map<String, Object> only = new HashMap<>();
    for (String key :
        List.of(
            "class_embed_type",
            "num_class_embeds",
            "encoder_hid_dim",
            "encoder_hid_dim_type",
            "time_cond_proj_dim",
            "time_embedding_act_fn",
            "time_embedding_dim",
            "timestep_post_act",
            "reverse_transformer_layers_per_block",
            "cross_attention_norm",
            "mid_block_only_cross_attention")) {
      only.put(key, null);
    }
    for (String key :
        List.of(
            "center_input_sample",
            "class_embeddings_concat",
            "dual_cross_attention",
            "resnet_skip_time_act")) {
      only.put(key, false);
    }
    only.put("act_fn", "silu");
    only.put("attention_type", "default");
    only.put("conv_in_kernel", 3);
    only.put("conv_out_kernel", 3);
    only.put("dropout", 0);
    only.put("mid_block_scale_factor", 1);
    only.put("mid_block_type", "UNetMidBlock2DCrossAttn");
    only.put("resnet_out_scale_factor", 1);
    only.put("resnet_time_scale_shift", "default");
    only.put("time_embedding_type", "positional");
    return Collections.unmodifiableMap(only);
  }
}
