package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureChecks.Checked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which picture is trained on and which is held out. */
final class Splits implements SplitRule {
  private final DatasetSettings settings;
  private final boolean given;
  private final Findings findings;

  Splits(DatasetSettings settings, List<Row> rows, Findings findings) {
    this.settings = settings;
    this.given = rows.stream().anyMatch(Row::splitGiven);
    this.findings = findings;
  }

  /** From the metadata or, if no line of it names a split, from the content. */
  @Override
  public Optional<Split> of(Checked picture) {
    return given ? picture.row().split() : Optional.of(byContent(picture.id()));
  }

  /**
   * The same picture always comes to the same split, whatever it is called and whatever is added.
   *
   * @param id hexadecimal SHA-256
   */
  private Split byContent(String id) {
    double share = Long.parseLong(id.substring(0, 13), 16) * 0x1p-52; // [0, 1)
    if (share < settings.testShare()) {
      return Split.TEST;
    }
    return share < settings.testShare() + settings.validationShare()
        ? Split.VALIDATION
        : Split.TRAIN;
  }

  /** Looks for leaks between the splits and for empty ones. */
  @Override
  public void check(List<Item> items) {
    Map<String, Item> firsts = new HashMap<>();
    for (Item item : items) {
      Item first = firsts.putIfAbsent(item.id(), item);
      if (first != null) {
        reportSame(first, item);
      }
    }
    if (items.isEmpty()) {
      if (!findings.hasErrors()) {
        findings.error("", 0, "found no pictures", "add pictures and their captions");
      }
      return;
    }
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      if (items.stream().noneMatch(item -> item.split() == split)) {
        findings.error(
            "",
            0,
            "found no " + split.json() + " pictures among " + items.size(),
            given
                ? "give some of them the split '" + split.json() + "'"
                : "add pictures, change <dataset><validationShare>, or name each picture's split");
      }
    }
  }

  private void reportSame(Item first, Item item) {
    if (first.split() != item.split()) {
      findings.error(
          item.file(),
          0,
          "found the same picture in two splits: here in %s, as %s in %s"
              .formatted(item.split().json(), Text.quote(first.file()), first.split().json()),
          "remove one of them, or put both into one split");
    } else {
      findings.warning(
          item.file(),
          0,
          "found the same picture as " + Text.quote(first.file()),
          "remove one of them, unless it should count twice");
    }
  }
}
