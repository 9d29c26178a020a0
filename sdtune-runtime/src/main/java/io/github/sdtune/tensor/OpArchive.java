package io.github.sdtune.tensor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive of one method, as {@code torch.jit.save} would write it: a zip of the
 * source and of two tiny pickles.
 */
final class OpArchive {
  private static final String HEADER =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /** Protocol 2, the empty tuple, stop. */
  private static final byte[] CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private OpArchive() {}

  /** The archive of a module whose one method is {@code method}, indented by two blanks. */
  static InputStream of(String method) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "ops/version", "3\n".getBytes(StandardCharsets.UTF_8));
      add(zip, "ops/byteorder", "little".getBytes(StandardCharsets.UTF_8));
      add(zip, "ops/constants.pkl", CONSTANTS);
      add(zip, "ops/data.pkl", data());
      String source = HEADER + method;
      add(zip, "ops/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  /** The pickle of an {@code Ops} object whose one attribute, {@code training}, is false. */
  private static byte[] data() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write("c__torch__\nOps\nq\0)".getBytes(StandardCharsets.ISO_8859_1));
    out.write(new byte[] {(byte) 0x81, '}', 'X', 8, 0, 0, 0});
    out.write("training".getBytes(StandardCharsets.ISO_8859_1));
    out.write(new byte[] {'q', 1, (byte) 0x89, 's', 'b', '.'});
    return out.toByteArray();
  }

  /** Stored, not deflated: libtorch reads nothing else. */
  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
