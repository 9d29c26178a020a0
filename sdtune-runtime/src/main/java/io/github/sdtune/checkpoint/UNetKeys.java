package io.github.sdtune.checkpoint;

import java.util.List;

/**
 * The tensors of a UNet: diffusers numbers levels and layers within them, the original layout
 * numbers all layers in a row, {@code input_blocks}, {@code middle_block}, {@code output_blocks}.
 */
final class UNetKeys {
  private final UNetShape shape;
  private final KeyList keys = new KeyList();

  private UNetKeys(UNetShape shape) {
    this.shape = shape;
  }

  static List<TensorKey> of(UNetShape shape) {
    UNetKeys unet = new UNetKeys(shape);
    unet.ends();
    unet.down();
    unet.middle();
    unet.up();
    return unet.keys.keys();
  }

  private void ends() {
    int top = shape.channels().get(0);
    int time = shape.timeEmbedDim();
    keys.linear("time_embedding.linear_1", "time_embed.0", top, time);
    keys.linear("time_embedding.linear_2", "time_embed.2", time, time);
    if (shape.additionDim() > 0) {
      keys.linear("add_embedding.linear_1", "label_emb.0.0", shape.additionDim(), time);
      keys.linear("add_embedding.linear_2", "label_emb.0.2", time, time);
    }
    keys.convolution("conv_in", "input_blocks.0.0", shape.inChannels(), top, 3);
    keys.norm("conv_norm_out", "out.0", top);
    keys.convolution("conv_out", "out.2", top, shape.outChannels(), 3);
  }

  private void down() {
    int stride = shape.layersPerBlock() + 1;
    for (int level = 0; level < shape.levels(); level++) {
      String block = "down_blocks." + level;
      int out = shape.channels().get(level);
      for (int layer = 0; layer < shape.layersPerBlock(); layer++) {
        String original = "input_blocks." + (1 + level * stride + layer);
        int in = layer > 0 || level == 0 ? out : shape.channels().get(level - 1);
        resnet(block + ".resnets." + layer, original + ".0", in, out);
        if (shape.attention().get(level)) {
          transformer(block + ".attentions." + layer, original + ".1", level);
        }
      }
      if (level < shape.levels() - 1) {
        String original = "input_blocks." + (level + 1) * stride + ".0.op";
        keys.convolution(block + ".downsamplers.0.conv", original, out, out, 3);
      }
    }
  }

  private void middle() {
    int last = shape.levels() - 1;
    int channels = shape.channels().get(last);
    resnet("mid_block.resnets.0", "middle_block.0", channels, channels);
    transformer("mid_block.attentions.0", "middle_block.1", last);
    resnet("mid_block.resnets.1", "middle_block.2", channels, channels);
  }

  private void up() {
    int stride = shape.layersPerBlock() + 1;
    for (int i = 0; i < shape.levels(); i++) {
      int level = shape.levels() - 1 - i;
      String block = "up_blocks." + i;
      boolean attention = shape.attention().get(level);
      int out = shape.channels().get(level);
      int below = shape.channels().get(Math.min(level + 1, shape.levels() - 1));
      int above = shape.channels().get(Math.max(level - 1, 0));
      for (int layer = 0; layer < stride; layer++) {
        String original = "output_blocks." + (i * stride + layer);
        // What comes from below or the layer before, and the skip from the way down.
        int in = (layer == 0 ? below : out) + (layer == stride - 1 ? above : out);
        resnet(block + ".resnets." + layer, original + ".0", in, out);
        if (attention) {
          transformer(block + ".attentions." + layer, original + ".1", level);
        }
      }
      if (level > 0) {
        String last = "output_blocks." + (i * stride + stride - 1);
        String original = last + (attention ? ".2" : ".1") + ".conv";
        keys.convolution(block + ".upsamplers.0.conv", original, out, out, 3);
      }
    }
  }

  private void resnet(String name, String original, int in, int out) {
    keys.norm(name + ".norm1", original + ".in_layers.0", in);
    keys.convolution(name + ".conv1", original + ".in_layers.2", in, out, 3);
    keys.linear(name + ".time_emb_proj", original + ".emb_layers.1", shape.timeEmbedDim(), out);
    keys.norm(name + ".norm2", original + ".out_layers.0", out);
    keys.convolution(name + ".conv2", original + ".out_layers.3", out, out, 3);
    if (in != out) {
      keys.convolution(name + ".conv_shortcut", original + ".skip_connection", in, out, 1);
    }
  }

  private void transformer(String name, String original, int level) {
    int channels = shape.channels().get(level);
    keys.norm(name + ".norm", original + ".norm", channels);
    projection(name + ".proj_in", original + ".proj_in", channels);
    for (int i = 0; i < shape.depth().get(level); i++) {
      String block = ".transformer_blocks." + i;
      transformerBlock(name + block, original + block, channels);
    }
    projection(name + ".proj_out", original + ".proj_out", channels);
  }

  private void projection(String name, String original, int channels) {
    if (shape.linearProjection()) {
      keys.linear(name, original, channels, channels);
    } else {
      keys.convolution(name, original, channels, channels, 1);
    }
  }

  private void transformerBlock(String name, String original, int channels) {
    for (int i = 1; i <= 3; i++) {
      keys.norm(name + ".norm" + i, original + ".norm" + i, channels);
    }
    attention(name + ".attn1", original + ".attn1", channels, channels);
    attention(name + ".attn2", original + ".attn2", channels, shape.crossAttentionDim());
    // GEGLU: twice the inner features, one half gates the other.
    keys.linear(name + ".ff.net.0.proj", original + ".ff.net.0.proj", channels, 8L * channels);
    keys.linear(name + ".ff.net.2", original + ".ff.net.2", 4L * channels, channels);
  }

  private void attention(String name, String original, int channels, int context) {
    keys.linearWithoutBias(name + ".to_q", original + ".to_q", channels, channels);
    keys.linearWithoutBias(name + ".to_k", original + ".to_k", context, channels);
    keys.linearWithoutBias(name + ".to_v", original + ".to_v", context, channels);
    keys.linear(name + ".to_out.0", original + ".to_out.0", channels, channels);
  }
}
