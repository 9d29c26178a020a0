package io.github.sdtune.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.checkpoint.PartWeights;
import io.github.sdtune.tensor.Ops;
import io.github.sdtune.tensor.Scope;
import io.github.sdtune.tensor.Segment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Predicts the noise in a latent from its timestep and a text: the UNet of latent diffusion models
 * (Rombach et al., https://arxiv.org/abs/2112.10752).
 */
public final class UNet2DConditionModel extends Model {
  private final UNet2DConditionConfig config;
  private final Conv2d convIn;
  private final Stage convInStage;
  private final Timesteps timeProj;
  private final TimestepEmbedding timeEmbedding;
  private final Optional<AddedEmbedding> addedEmbedding;
  private final List<DownBlock2D> downBlocks = new ArrayList<>();
  private final UNetMidBlock2DCrossAttn midBlock;
  private final List<UpBlock2D> upBlocks = new ArrayList<>();
  private final GroupNorm convNormOut;
  private final Stage convNormOutStage;
  private final Conv2d convOut;

  private UNet2DConditionModel(UNet2DConditionConfig config, Weights weights) {
    super(weights);
    this.config = config;
    List<Integer> channels = config.blockOutChannels();
    int top = channels.get(0);
    int levels = channels.size();
    this.convIn = Conv2d.same(weights.at("conv_in"), config.inChannels(), top);
    this.convInStage = weights.at("conv_in").stage();
    this.timeProj =
        new Timesteps(weights.manager(), top, config.flipSinToCos(), config.freqShift());
    this.timeEmbedding =
        new TimestepEmbedding(weights.at("time_embedding"), top, config.timeEmbedDim());
    this.addedEmbedding = config.textTime().map(t -> new AddedEmbedding(weights, config, t));
    for (int i = 0; i < levels; i++) {
      int in = channels.get(Math.max(i - 1, 0));
      downBlocks.add(down(weights.at("down_blocks").at(i), i, in, channels.get(i)));
    }
    this.midBlock =
        new UNetMidBlock2DCrossAttn(weights.at("mid_block"), config, channels.get(levels - 1));
    for (int i = 0; i < levels; i++) {
      int level = levels - 1 - i;
      int in = channels.get(Math.min(level + 1, levels - 1));
      int skip = channels.get(Math.max(level - 1, 0));
      upBlocks.add(up(weights.at("up_blocks").at(i), i, in, skip, channels.get(level)));
    }
    this.convNormOut =
        new GroupNorm(weights.at("conv_norm_out"), top, config.normNumGroups(), config.normEps());
    this.convNormOutStage = weights.at("conv_norm_out").stage();
    this.convOut = Conv2d.same(weights.at("conv_out"), top, config.outChannels());
  }

  /** Reads {@code config.json} and {@code diffusion_pytorch_model.safetensors} of a folder. */
  public static UNet2DConditionModel load(Path folder, NDManager manager) {
    return load(folder, manager, Precision.FLOAT32);
  }

  /** Reads a folder; its weights have the given type in memory. */
  public static UNet2DConditionModel load(Path folder, NDManager manager, Precision precision) {
    UNet2DConditionConfig config = UNet2DConditionConfig.read(folder.resolve("config.json"));
    return Weights.load(
        PartWeights.open(folder, Part.UNET),
        manager,
        precision,
        weights -> new UNet2DConditionModel(config, weights));
  }

  public UNet2DConditionConfig config() {
    return config;
  }

  /**
   * The prediction, of the shape of the latents.
   *
   * @param latents (B, 4, H, W)
   * @param timesteps (B), int64, or float32 where a sampler stops between two
   * @param conditioning whose context is (B, L, crossAttentionDim)
   * @throws IllegalArgumentException if the network wants added conditions and gets none, or the
   *     other way round
   */
  public NDArray forward(NDArray latents, NDArray timesteps, Conditioning conditioning) {
    try (Scope scope = new Scope()) {
      NDArray context = Segment.border(conditioning.context());
      // Every residual block begins with this SiLU: it is the same for all.
      NDArray temb = Segment.border(Ops.silu(embed(timesteps, conditioning.added())));
      Deque<NDArray> skips = new ArrayDeque<>();
      NDArray h = Segment.border(convInStage.saw(convIn.forward(latents)));
      skips.add(h);
      for (DownBlock2D block : downBlocks) {
        h = block.forward(h, temb, context, skips);
      }
      h = midBlock.forward(h, temb, context);
      for (UpBlock2D block : upBlocks) {
        h = block.forward(h, temb, context, skips);
      }
      return scope.result(Segment.frozen(in -> normed(in[0]), convOut, null, h));
    }
  }

  private NDArray normed(NDArray h) {
    return Ops.silu(convNormOutStage.saw(convNormOut.forward(h)));
  }

  /** (B) -> (B, timeEmbedDim) */
  private NDArray embed(NDArray timesteps, Optional<Conditioning.Added> added) {
    if (added.isPresent() != addedEmbedding.isPresent()) {
      throw new IllegalArgumentException(
          addedEmbedding.isPresent()
              ? "this UNet wants pooled text states and time ids, and got none"
              : "this UNet knows no pooled text states and time ids, and got some");
    }
    NDArray time = timeEmbedding.forward(timeProj.forward(timesteps));
    return added.isEmpty() ? time : time.add(addedEmbedding.get().forward(added.get()));
  }

  /** The prediction of a network that is told nothing but text states. */
  public NDArray forward(NDArray latents, NDArray timesteps, NDArray context) {
    return forward(latents, timesteps, Conditioning.of(context));
  }

  private DownBlock2D down(Weights weights, int i, int in, int out) {
    boolean last = i == config.blockOutChannels().size() - 1;
    return config.downBlockTypes().get(i).equals("DownBlock2D")
        ? new DownBlock2D(weights, config, in, out, last)
        : new CrossAttnDownBlock2D(weights, config, i, in, out, last);
  }

  private UpBlock2D up(Weights weights, int i, int in, int skip, int out) {
    int level = config.blockOutChannels().size() - 1 - i;
    return config.upBlockTypes().get(i).equals("UpBlock2D")
        ? new UpBlock2D(weights, config, in, skip, out, level == 0)
        : new CrossAttnUpBlock2D(weights, config, level, in, skip, out, level == 0);
  }
}
