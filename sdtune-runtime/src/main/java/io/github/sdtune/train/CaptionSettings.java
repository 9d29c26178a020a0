package io.github.sdtune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What becomes of a caption each time before it is used, as in {@code process_caption} of kohya's
 * sd-scripts. Validation takes captions as they are.
 *
 * @param dropout probability that a caption is replaced by the empty one, which classifier-free
 *     guidance leads away from (Ho and Salimans 2022, https://arxiv.org/abs/2207.12598)
 * @param shuffle whether tags change places
 * @param tagDropout probability that a tag is left out
 * @param separator between tags
 * @param keepTokens so many tags at the start stay where they are
 */
public record CaptionSettings(
    double dropout, boolean shuffle, double tagDropout, String separator, int keepTokens) {
  /** Captions as they are. */
  public static final CaptionSettings PLAIN = new CaptionSettings(0, false, 0, ",", 0);

  public CaptionSettings {
    new Findings()
        .require(dropout >= 0 && dropout <= 1, "captions><dropout", dropout, "0 to 1")
        .require(
            tagDropout >= 0 && tagDropout < 1, "captions><tagDropout", tagDropout, "0 to below 1")
        .requireAlso(!separator.isEmpty(), "captions><separator", "nothing", "such as a comma")
        .require(keepTokens >= 0, "captions><keepTokens", keepTokens, "at least 0")
        .done();
  }

  /** Whether tags are moved or left out: then hardly a caption comes twice. */
  public boolean variesTags() {
    return shuffle || tagDropout > 0;
  }

  /**
   * Moves a caption's tags and leaves some out.
   *
   * @param order so many numbers from 0 on, in random order
   * @param uniforms so many numbers from 0 to below 1
   */
  String vary(String caption, IntFunction<int[]> order, IntFunction<double[]> uniforms) {
    List<String> tags =
        Arrays.stream(caption.split(Pattern.quote(separator)))
            .map(String::strip)
            .filter(tag -> !tag.isEmpty())
            .toList();
    int kept = Math.min(keepTokens, tags.size());
    List<String> free = tags.subList(kept, tags.size());
    int[] places = shuffle ? order.apply(free.size()) : IntStream.range(0, free.size()).toArray();
    double[] drawn = tagDropout > 0 ? uniforms.apply(free.size()) : new double[free.size()];
    List<String> varied = new ArrayList<>(tags.subList(0, kept));
    for (int i = 0; i < free.size(); i++) {
      if (drawn[i] >= tagDropout) {
        varied.add(free.get(places[i]));
      }
    }
    return String.join(separator.strip() + " ", varied);
  }
}
