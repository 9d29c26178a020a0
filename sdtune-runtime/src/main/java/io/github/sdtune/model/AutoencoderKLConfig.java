package io.github.sdtune.model;

import io.github.sdtune.io.ConfigFile;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code vae/config.json} of diffusers.
 *
 * @param blockOutChannels channels of each level, from the picture down
 * @param scalingFactor latents are multiplied by it to have variance one
 */
public record AutoencoderKLConfig(
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normNumGroups,
    double scalingFactor) {
  /** Pixels in a row for each latent. */
  public int downsamplingFactor() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /**
   * Reads and checks a file.
   *
   * @throws io.github.sdtune.SdtuneException that lists every value that is not supported
   */
  public static AutoencoderKLConfig read(Path file) {
    ConfigFile json = new ConfigFile(file);
    AutoencoderKLConfig config =
        new AutoencoderKLConfig(
            json.integer("in_channels", 3),
            json.integer("out_channels", 3),
            json.integer("latent_channels", 4),
            json.integers("block_out_channels"),
            json.integer("layers_per_block", 1),
            json.integer("norm_num_groups", 32),
            json.number("scaling_factor", 0.18215));
    int levels = config.blockOutChannels.size();
    int down = json.texts("down_block_types", "DownEncoderBlock2D").size();
    int up = json.texts("up_block_types", "UpDecoderBlock2D").size();
    json.require(
        down == levels && up == levels,
        "down_block_types, up_block_types: expected one for each of the "
            + levels
            + " block_out_channels");
    for (int channels : config.blockOutChannels) {
      json.require(
          config.normNumGroups > 0 && channels % config.normNumGroups == 0,
          "block_out_channels: "
              + channels
              + " is not divisible by norm_num_groups "
              + config.normNumGroups);
    }
    json.only("act_fn", "silu");
    json.only("latents_mean", null);
    json.only("latents_std", null);
    json.only("shift_factor", null);
    json.only("mid_block_add_attention", true);
    json.only("use_quant_conv", true);
    json.only("use_post_quant_conv", true);
    json.ignore("sample_size", "force_upcast");
    json.refuseFindings();
    return config;
  }
}
