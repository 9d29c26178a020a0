package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left out at random in training, each with a probability.
 *
 * @param input an element of an adapter's input, as in peft; in a full fine-tuning, which has this
 *     one alone, of the input of a residual block's second convolution, as in diffusers
 * @param rank one of the ranks, as in kohya's scripts; of LoHa and LoKr, which have none in
 *     between, a row of the update, as in LyCORIS
 * @param module a layer's whole update, as in kohya's scripts
 */
public record DropoutSettings(double input, double rank, double module) {
  public static final DropoutSettings NONE = new DropoutSettings(0, 0, 0);

  public DropoutSettings {
    List<String> wrong = new ArrayList<>();
    require(input, "dropout", wrong);
    require(rank, "rankDropout", wrong);
    require(module, "moduleDropout", wrong);
    if (!wrong.isEmpty()) {
      throw new SdtuneException(String.join("\n", wrong));
    }
  }

  private static void require(double probability, String name, List<String> wrong) {
    if (!(probability >= 0 && probability < 1)) {
      wrong.add(
          "<training><%s>: found %s, expected at least 0 and less than 1"
              .formatted(name, probability));
    }
  }
}
