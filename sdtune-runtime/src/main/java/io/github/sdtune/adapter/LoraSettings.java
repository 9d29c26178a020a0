package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a low-rank adapter looks like (Hu et al. 2021, https://arxiv.org/abs/2106.09685).
 *
 * @param rank r, the inner dimension
 * @param alpha the update is scaled by alpha / rank
 * @param dropout probability that an element of the adapter's input is zeroed in training
 * @param targetModules layers that get an adapter: a name such as {@code to_q} or {@code ff.net.2}
 *     matches the end of a layer's name as in peft; with {@code *} it is a glob over the whole
 *     name, in which {@code *} stands for any characters
 */
public record LoraSettings(int rank, double alpha, double dropout, List<String> targetModules) {
  /** The attention projections, as diffusers' scripts choose them. */
  public static final List<String> ATTENTION = List.of("to_q", "to_k", "to_v", "to_out.0");

  public LoraSettings {
    List<String> wrong = new ArrayList<>();
    if (rank < 1) {
      wrong.add("<training><rank>: found " + rank + ", expected at least 1");
    }
    if (rank >= 1 && !(alpha > 0 && Double.isFinite(alpha))) {
      wrong.add("<training><alpha>: found " + alpha + ", expected more than 0");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      wrong.add("<training><dropout>: found " + dropout + ", expected at least 0 and less than 1");
    }
    targetModules = List.copyOf(targetModules);
    if (targetModules.isEmpty()) {
      wrong.add(
          "<training><targetModules>: is empty, expected names of layers such as " + ATTENTION);
    }
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }
}
