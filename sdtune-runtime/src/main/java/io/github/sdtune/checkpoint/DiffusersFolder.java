package io.github.sdtune.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sdtune.io.Json;
import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import io.github.sdtune.safetensors.ShardedWriter;
import io.github.sdtune.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole model as a folder of diffusers. */
final class DiffusersFolder {
  private DiffusersFolder() {}

  /** Opens and checks a folder. */
  static WholeModel open(Path folder) {
    Family family = FamilyOf.folder(folder);
    Configs configs = Configs.read(folder, family);
    Map<Part, TensorSource> weights = new EnumMap<>(Part.class);
    WholeModel model = new WholeModel(folder, family, configs, weights, Optional.of(folder));
    try {
      TensorFindings findings = new TensorFindings();
      configs
          .keyMaps(family)
          .forEach(
              (part, keys) -> {
                weights.put(part, PartWeights.open(folder.resolve(part.folder()), part));
                keys.check(weights.get(part), findings.in(part));
              });
      findings.refuse(folder + ": the tensors do not fit the config.json beside them");
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Writes a model into an empty folder. */
  static void write(
      WholeModel model, Path folder, String variant, long maxShardBytes, Progress progress)
      throws IOException {
    Map<Part, List<Tensor>> tensors = new EnumMap<>(Part.class);
    List<Tensor> all = new ArrayList<>();
    model.weights().forEach((part, source) -> tensors.put(part, tensors(source)));
    tensors.values().forEach(all::addAll);
    ProgressCount count = new ProgressCount(progress, all);
    for (Map.Entry<Part, List<Tensor>> part : tensors.entrySet()) {
      Path own = Files.createDirectories(folder.resolve(part.getKey().folder()));
      ObjectNode config = model.configs().parts().get(part.getKey()).deepCopy();
      PartConfig.write(own, config, part.getValue().get(0).type());
      ShardedWriter.write(
          own,
          part.getKey().stem(),
          variant,
          count.watch(part.getValue()),
          Map.of("format", "pt"),
          maxShardBytes);
    }
    Path scheduler = Files.createDirectories(folder.resolve("scheduler"));
    Json.writeConfig(scheduler.resolve("scheduler_config.json"), model.configs().scheduler());
    Companions.write(model, folder);
  }

  private static List<Tensor> tensors(TensorSource source) {
    return source.names().stream()
        .map(
            name ->
                new Tensor(name, source.type(name), source.shape(name), () -> source.data(name)))
        .toList();
  }
}
