package io.github.sdtune.dataset;

import io.github.sdtune.dataset.PictureChecks.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.commons.io.file.PathUtils;

/** Turns a folder of pictures and captions into a manifest, or says all that is wrong with it. */
public final class DatasetPreparer {
  private final Consumer<Finding> warnings;
  private final Optional<Path> unpacked;

  /**
   * @param warnings is told what is odd about a dataset that can be used all the same
   */
  public DatasetPreparer(Consumer<Finding> warnings) {
    this(warnings, Optional.empty());
  }

  private DatasetPreparer(Consumer<Finding> warnings, Optional<Path> unpacked) {
    this.warnings = warnings;
    this.unpacked = unpacked;
  }

  /**
   * One that also takes a folder of shards, which it unpacks.
   *
   * @param folder where to: replaced by what is unpacked, removed where there are no shards
   */
  public DatasetPreparer unpackingTo(Path folder) {
    return new DatasetPreparer(warnings, Optional.of(folder));
  }

  /**
   * Reads and checks everything; writes nothing.
   *
   * @throws DatasetException with all findings, if one of them is an error
   */
  public Manifest prepare(DatasetSettings settings, CaptionTokens tokens) {
    return prepare(
        settings,
        tokens,
        (rows, findings) -> {
          settings.instancePrompt().ifPresent(prompt -> reportUnneeded(rows, findings));
          return new Splits(settings, rows, findings);
        });
  }

  /**
   * The same for given pictures of the class, for prior preservation: those without a caption have
   * the class prompt for it.
   *
   * @param dataset the pictures of the subject, if they can be used
   */
  public Manifest prepareClass(
      DatasetSettings settings, CaptionTokens tokens, Optional<Manifest> dataset) {
    return prepare(settings, tokens, (rows, findings) -> new ClassSet(dataset, findings));
  }

  /**
   * The same for pictures that are measured and never trained on.
   *
   * @param dataset what is trained on, if it can be used
   */
  public Manifest prepareHeldOut(
      DatasetSettings settings, CaptionTokens tokens, Optional<Manifest> dataset) {
    return prepare(settings, tokens, (rows, findings) -> new HeldOutSet(dataset, rows, findings));
  }

  private Manifest prepare(
      DatasetSettings settings,
      CaptionTokens tokens,
      BiFunction<List<Row>, Findings, SplitRule> rule) {
    Findings findings = new Findings();
    List<Item> items = List.of();
    Path directory = settings.directory();
    if (!Files.isDirectory(directory)) {
      findings.error("", 0, "found no such folder", "make it, or name another in <directory>");
    } else {
      try {
        items = items(settings, tokens, rule, findings);
      } catch (IOException e) {
        findings.error("", 0, "cannot be read: " + e, "see to the files and their rights");
      }
    }
    if (findings.hasErrors()) {
      throw new DatasetException(directory, findings.sorted());
    }
    findings.sorted().forEach(warnings);
    return new Manifest(Manifest.VERSION, settings.resolution(), items);
  }

  private List<Item> items(
      DatasetSettings settings,
      CaptionTokens tokens,
      BiFunction<List<Row>, Findings, SplitRule> rule,
      Findings findings)
      throws IOException {
    PictureFolder folder = pictures(settings, findings);
    List<Row> rows =
        new DatasetReader(settings, folder, findings)
            .read().stream().sorted(Comparator.comparing(Row::picture)).toList();
    settings.concepts().check(rows, findings);
    Map<String, Integer> lengths = lengths(settings, rows, tokens, findings);
    List<Checked> checked = new PictureChecks(settings, folder, findings).check(rows);
    SplitRule splits = rule.apply(rows, findings);
    List<Item> items = new ArrayList<>();
    for (Checked picture : checked) {
      Row row = picture.row();
      splits
          .of(picture)
          .ifPresent(
              split ->
                  items.add(
                      new Item(
                          picture.id(),
                          row.picture(),
                          caption(row, settings),
                          row.imageClass(),
                          split,
                          picture.width(),
                          picture.height(),
                          lengths.getOrDefault(caption(row, settings), 0),
                          row.otherCaptions(),
                          settings.concepts().repeats(row.picture()),
                          settings.concepts().weight(row.picture()))));
    }
    splits.check(items);
    return items;
  }

  private PictureFolder pictures(DatasetSettings settings, Findings findings) throws IOException {
    PictureFolder folder = PictureFolder.scan(settings.directory().toRealPath(), findings);
    List<String> shards = Shards.in(folder);
    if (shards.isEmpty()) {
      if (unpacked.isPresent() && Files.exists(unpacked.get())) {
        PathUtils.deleteDirectory(unpacked.get());
      }
    } else if (unpacked.isEmpty()) {
      findings.error(
          shards.get(0),
          0,
          "found a shard, which only <dataset><directory> may have",
          "unpack it here: tar -xf");
    } else if (!folder.pictures().isEmpty()) {
      findings.error(
          folder.pictures().get(0),
          0,
          "found %s besides the shard %s"
              .formatted(
                  Text.count(folder.pictures().size(), "picture"), Text.quote(shards.get(0))),
          "pack all pictures or none");
    } else {
      new Shards(PictureChecks.mostBytes(settings), findings).unpack(folder, unpacked.get());
      return PictureFolder.scan(unpacked.get().toRealPath(), findings);
    }
    return folder;
  }

  private static void reportUnneeded(List<Row> rows, Findings findings) {
    if (!rows.isEmpty() && rows.stream().allMatch(row -> row.caption().isPresent())) {
      findings.error(
          "",
          0,
          "found a caption for every picture, which leaves none to <dataset><instancePrompt>",
          "remove <instancePrompt>, or the captions of the pictures that it is for");
    }
  }

  private static String caption(Row row, DatasetSettings settings) {
    return row.caption().or(() -> settings.captionOf(row.picture())).orElse("");
  }

  /** Lengths of captions in tokens. */
  private static Map<String, Integer> lengths(
      DatasetSettings settings, List<Row> rows, CaptionTokens tokens, Findings findings) {
    Map<String, Integer> lengths = new HashMap<>();
    settings
        .instancePrompt()
        .ifPresent(
            prompt ->
                lengths.put(prompt, length(prompt, "", 0, "<instancePrompt>", tokens, findings)));
    for (Row row : rows) {
      for (String caption : row.captions()) {
        lengths.put(
            caption, length(caption, row.source(), row.line(), "a caption", tokens, findings));
      }
      if (row.caption().isEmpty()) {
        settings
            .concepts()
            .caption(row.picture())
            .filter(name -> !lengths.containsKey(name))
            .ifPresent(
                name ->
                    lengths.put(
                        name, length(name, row.picture(), 0, "a folder's name", tokens, findings)));
      }
    }
    return lengths;
  }

  private static int length(
      String caption, String file, int line, String what, CaptionTokens tokens, Findings findings) {
    int length = tokens.count(caption);
    if (length > tokens.limit()) {
      findings.error(
          file,
          line,
          "found " + what + " of " + length + " tokens, expected at most " + tokens.limit(),
          "shorten it: the text encoder would not see its end");
    }
    tokens
        .missing(caption)
        .ifPresent(
            token ->
                findings.error(
                    file,
                    line,
                    "found " + what + " without " + token + ", the token that is to be learned",
                    "say it there, or give all captions <training><inversion><templates>"));
    return length;
  }
}
