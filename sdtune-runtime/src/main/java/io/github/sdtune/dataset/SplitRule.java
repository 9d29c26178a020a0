package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureChecks.Checked;
import java.util.List;
import java.util.Optional;

/** Says what a picture is used for. */
interface SplitRule {
  /** Absent if it is not used. */
  Optional<Split> of(Checked picture);

  /** Looks for what is wrong with the whole, and reports it. */
  void check(List<Item> items);
}
