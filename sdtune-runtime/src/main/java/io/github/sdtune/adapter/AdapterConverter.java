package io.github.sdtune.adapter;

import java.nio.file.Path;
import java.util.List;

/** Takes adapters from style to style. It needs no model, and no more memory than one tensor. */
public final class AdapterConverter {
  private AdapterConverter() {}

  /**
   * Converts an adapter. With the type left as it is every tensor keeps its bits, and every module
   * its alpha.
   *
   * @param from see {@link AdapterReader#read}
   * @param to see {@link AdapterWriter#write}
   * @return the files of weights that were written
   * @throws io.github.sdtune.SdtuneException that lists everything that is wrong with the adapter
   */
  public static List<Path> convert(Path from, Path to, AdapterOutput output) {
    return AdapterWriter.write(to, AdapterReader.read(from, output.names()), output);
  }
}
