package io.github.sdtune.maven.artifact.hub;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A snapshot that another program has downloaded, perhaps only in part. */
final class Snapshot {
  private final Path folder;
  private final String commit;
  private final Function<Path, String> sha256;

  /** {@code sha256} digests a file, where no link tells its hash. */
  Snapshot(Path folder, String commit, Function<Path, String> sha256) {
    this.folder = folder;
    this.commit = commit;
    this.sha256 = sha256;
  }

  /** What is asked for, if it is all there. */
  Optional<Listing> complete(HubReference reference) {
    try {
      List<String> paths =
          reference.file().isPresent() ? List.of(reference.file().get()) : modelFiles();
      if (paths.isEmpty() || !paths.stream().allMatch(this::has)) {
        return Optional.empty();
      }
      return Optional.of(new Listing(commit, paths.stream().map(this::file).toList()));
    } catch (SdtuneException e) {
      // Lacks what a model needs: the hub may have it.
      return Optional.empty();
    }
  }

  private boolean has(String path) {
    return Files.isRegularFile(folder.resolve(path));
  }

  private HubFile file(String path) {
    Path file = folder.resolve(path);
    try {
      String etag = file.toRealPath().getFileName().toString();
      return new HubFile(path, Files.size(file), HubFile.isHash(etag) ? etag : sha256.apply(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a model of which no part and no shard is missing; else none. */
  private List<String> modelFiles() {
    if (!has(ModelFiles.MODEL_INDEX)) {
      return List.of();
    }
    List<String> files = new ArrayList<>(ModelFiles.of(folder.toString(), paths()));
    JsonNode parts = Json.read(folder.resolve(ModelFiles.MODEL_INDEX), JsonNode.class);
    for (String name : (Iterable<String>) parts::fieldNames) {
      if (parts.get(name).path(0).isTextual()) {
        files.addAll(required(name));
      }
    }
    for (String index : files.stream().filter(f -> f.contains(".index.")).toList()) {
      Path file = folder.resolve(index);
      String part = index.substring(0, index.indexOf('/') + 1);
      Json.read(file, JsonNode.class).path("weight_map").forEach(s -> files.add(part + s.asText()));
    }
    return files.stream().distinct().toList();
  }

  /** What a part of model_index.json cannot be without; nothing of parts that are not used. */
  private List<String> required(String part) {
    if (Part.ofFolder(part).isPresent()) {
      return List.of(part + "/config.json");
    }
    if (part.startsWith("tokenizer")) {
      List<String> needed = new ArrayList<>(List.of(part + "/tokenizer_config.json"));
      if (!has(part + "/tokenizer.json")) {
        needed.addAll(List.of(part + "/vocab.json", part + "/merges.txt"));
      }
      return needed;
    }
    return part.equals("scheduler") ? List.of("scheduler/scheduler_config.json") : List.of();
  }

  private List<String> paths() {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
