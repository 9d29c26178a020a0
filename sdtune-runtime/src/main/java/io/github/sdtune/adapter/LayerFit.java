package io.github.sdtune.adapter;

import io.github.sdtune.SdtuneException;
import io.github.sdtune.checkpoint.Part;
import io.github.sdtune.io.NearMisses;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Whether an adapter's modules are layers of a model; what does not fit is listed at once. */
final class LayerFit {
  private final List<String> findings = new ArrayList<>();
  private int count;

  /** Notes a module that the model does not have, with the names that come near. */
  void unknown(AdapterWeights adapter, Part part, String name, Collection<String> known) {
    if (count++ < SdtuneException.MOST_FINDINGS) {
      List<String> near = NearMisses.of(name, known);
      findings.add(
          place(adapter, part, name)
              + ": the model has no such layer"
              + (near.isEmpty() ? "" : "; it has " + String.join(", ", near)));
    }
  }

  /** Notes a part that the model does not have. */
  void noPart(AdapterWeights adapter, Part part) {
    findings.add("%s: the model has no %s".formatted(adapter.place(), part.folder()));
    count++;
  }

  /** Notes a module whose update is of another shape than the layer's weight. */
  void shape(
      AdapterWeights adapter,
      Part part,
      String name,
      AdapterModule module,
      List<Long> weightShape) {
    if (!module.fits(weightShape) && count++ < SdtuneException.MOST_FINDINGS) {
      findings.add(
          "%s: found %s, expected them for a weight of %s"
              .formatted(
                  place(adapter, part, name), AdapterModule.shapes(module.tensors()), weightShape));
    }
  }

  private static String place(AdapterWeights adapter, Part part, String name) {
    return adapter.place() + ": " + part.folder() + "." + name;
  }

  void refuse() {
    SdtuneException.refuse("the adapter does not fit the model", findings, count);
  }
}
