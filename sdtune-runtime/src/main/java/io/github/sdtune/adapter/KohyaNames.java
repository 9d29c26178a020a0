package io.github.sdtune.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of modules with underscores for dots, as kohya's scripts write them. */
final class KohyaNames {
  /** One step of a path; what contains another comes before it. */
  private static final Pattern STEP =
      Pattern.compile(
          "(?:"
              + String.join(
                  "|",
                  "down_blocks|up_blocks|mid_block|resnets|attentions|downsamplers|upsamplers",
                  "transformer_blocks|attn[12]|to_[qkv]|to_out|ff|net|proj_in|proj_out|proj",
                  "time_emb_proj|time_embedding|add_embedding|linear_[12]",
                  "conv_in|conv_out|conv_shortcut|conv[12]|conv",
                  "text_model|text_projection|encoder|layers|self_attn|[qkv]_proj|out_proj",
                  "mlp|fc[12]|embeddings|token_embedding|position_embedding",
                  "\\d+")
              + ")(?=_|$)");

  private KohyaNames() {}

  static String flatten(String name) {
    return name.replace('.', '_');
  }

  /** The dotted name; empty if a part of it is none that UNets and CLIP have. */
  static Optional<String> unflatten(String flat) {
    List<String> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(flat);
    int at = 0;
    while (at < flat.length() && matcher.region(at, flat.length()).lookingAt()) {
      steps.add(matcher.group());
      at = matcher.end() + 1;
    }
    return at == flat.length() + 1 ? Optional.of(String.join(".", steps)) : Optional.empty();
  }
}
