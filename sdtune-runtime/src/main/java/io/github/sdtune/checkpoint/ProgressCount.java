package io.github.sdtune.checkpoint;

import io.github.sdtune.safetensors.SafetensorsWriter.Tensor;
import java.util.Collection;
import java.util.List;

/** Counts the bytes of tensors that are written, in one file or several. */
final class ProgressCount {
  private final Progress progress;
  private final long total;
  private long done;

  ProgressCount(Progress progress, Collection<Tensor> all) {
    this.progress = progress;
    this.total = all.stream().mapToLong(Tensor::size).sum();
  }

  /** The same tensors, which tell when they are asked for their data. */
  List<Tensor> watch(List<Tensor> tensors) {
    return tensors.stream().map(this::watch).toList();
  }

  private Tensor watch(Tensor tensor) {
    return new Tensor(
        tensor.name(),
        tensor.type(),
        tensor.shape(),
        () -> {
          progress.writing(tensor.name(), done, total);
          done += tensor.size();
          return tensor.data().get();
        });
  }
}
