package io.github.sdtune.checkpoint;

import java.util.List;

/**
 * The tensors of an autoencoder. The original layout numbers the decoder's levels from the picture
 * down, diffusers in the order of computation.
 */
final class VaeKeys {
  private final VaeShape shape;
  private final KeyList keys = new KeyList();

  private VaeKeys(VaeShape shape) {
    this.shape = shape;
  }

  static List<TensorKey> of(VaeShape shape) {
    VaeKeys vae = new VaeKeys(shape);
    int latent = shape.latentChannels();
    vae.encoder();
    vae.decoder();
    vae.keys.convolution("quant_conv", "quant_conv", 2L * latent, 2L * latent, 1);
    vae.keys.convolution("post_quant_conv", "post_quant_conv", latent, latent, 1);
    return vae.keys.keys();
  }

  private void encoder() {
    int top = shape.channels().get(0);
    keys.convolution("encoder.conv_in", "encoder.conv_in", shape.inChannels(), top, 3);
    for (int level = 0; level < shape.levels(); level++) {
      String block = "encoder.down_blocks." + level;
      String original = "encoder.down." + level;
      int out = shape.channels().get(level);
      for (int layer = 0; layer < shape.layersPerBlock(); layer++) {
        int in = layer > 0 || level == 0 ? out : shape.channels().get(level - 1);
        resnet(block + ".resnets." + layer, original + ".block." + layer, in, out);
      }
      if (level < shape.levels() - 1) {
        String downsample = original + ".downsample.conv";
        keys.convolution(block + ".downsamplers.0.conv", downsample, out, out, 3);
      }
    }
    middle("encoder");
    keys.norm("encoder.conv_norm_out", "encoder.norm_out", shape.deepest());
    int moments = 2 * shape.latentChannels();
    keys.convolution("encoder.conv_out", "encoder.conv_out", shape.deepest(), moments, 3);
  }

  private void decoder() {
    int deepest = shape.deepest();
    keys.convolution("decoder.conv_in", "decoder.conv_in", shape.latentChannels(), deepest, 3);
    middle("decoder");
    for (int level = shape.levels() - 1; level >= 0; level--) {
      String block = "decoder.up_blocks." + (shape.levels() - 1 - level);
      String original = "decoder.up." + level;
      int out = shape.channels().get(level);
      int below = shape.channels().get(Math.min(level + 1, shape.levels() - 1));
      for (int layer = 0; layer <= shape.layersPerBlock(); layer++) {
        int in = layer == 0 ? below : out;
        resnet(block + ".resnets." + layer, original + ".block." + layer, in, out);
      }
      if (level > 0) {
        keys.convolution(block + ".upsamplers.0.conv", original + ".upsample.conv", out, out, 3);
      }
    }
    int top = shape.channels().get(0);
    keys.norm("decoder.conv_norm_out", "decoder.norm_out", top);
    keys.convolution("decoder.conv_out", "decoder.conv_out", top, shape.outChannels(), 3);
  }

  private void middle(String half) {
    int channels = shape.deepest();
    String block = half + ".mid_block";
    String original = half + ".mid";
    resnet(block + ".resnets.0", original + ".block_1", channels, channels);
    String attention = block + ".attentions.0";
    keys.norm(attention + ".group_norm", original + ".attn_1.norm", channels);
    keys.pointwise(attention + ".to_q", original + ".attn_1.q", channels);
    keys.pointwise(attention + ".to_k", original + ".attn_1.k", channels);
    keys.pointwise(attention + ".to_v", original + ".attn_1.v", channels);
    keys.pointwise(attention + ".to_out.0", original + ".attn_1.proj_out", channels);
    resnet(block + ".resnets.1", original + ".block_2", channels, channels);
  }

  private void resnet(String name, String original, int in, int out) {
    keys.norm(name + ".norm1", original + ".norm1", in);
    keys.convolution(name + ".conv1", original + ".conv1", in, out, 3);
    keys.norm(name + ".norm2", original + ".norm2", out);
    keys.convolution(name + ".conv2", original + ".conv2", out, out, 3);
    if (in != out) {
      keys.convolution(name + ".conv_shortcut", original + ".nin_shortcut", in, out, 1);
    }
  }
}
