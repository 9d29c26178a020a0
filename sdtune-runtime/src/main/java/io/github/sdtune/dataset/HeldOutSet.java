package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureChecks.Checked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures that are measured and never trained on: all of them or, where the metadata names splits,
 * those that are not to train on, for a model may have seen these.
 */
final class HeldOutSet implements SplitRule {
  private final Map<String, Item> trained = new HashMap<>();
  private final boolean given;
  private final Findings findings;

  HeldOutSet(Optional<Manifest> dataset, List<Row> rows, Findings findings) {
    dataset.ifPresent(m -> m.items(Split.TRAIN).forEach(item -> trained.put(item.id(), item)));
    this.given = rows.stream().anyMatch(Row::splitGiven);
    this.findings = findings;
  }

  @Override
  public Optional<Split> of(Checked picture) {
    boolean toTrainOn = given && picture.row().split().equals(Optional.of(Split.TRAIN));
    return toTrainOn ? Optional.empty() : Optional.of(Split.VALIDATION);
  }

  @Override
  public void check(List<Item> items) {
    for (Item item : items) {
      Item same = trained.get(item.id());
      if (same != null) {
        findings.error(
            item.file(),
            0,
            "found a picture that is trained on, as %s of the dataset"
                .formatted(Text.quote(same.file())),
            "remove it here or there: what was trained on says nothing of what is retained");
      }
    }
    if (items.isEmpty() && !findings.hasErrors()) {
      findings.error(
          "",
          0,
          "found no pictures" + (given ? " whose split is validation or test" : ""),
          "add pictures and their captions");
    }
  }
}
