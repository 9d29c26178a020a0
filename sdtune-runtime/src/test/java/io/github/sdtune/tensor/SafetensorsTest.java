package io.github.sdtune.tensor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.sdtune.SdtuneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Path file = folder.resolve("round.safetensors");
    try (NDManager manager = TestDevice.open()) {
      TreeMap<String, NDArray> tensors = new TreeMap<>();
      tensors.put("b", manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)));
      tensors.put("a", manager.create(new long[] {7, -8}));
      tensors.put("scalar", manager.create(0.5f));
      tensors.put("half", manager.create(new float[] {0.1f, 2}).toType(DataType.FLOAT16, false));
      Safetensors.write(file, tensors, Map.of("format", "pt"));
    }
    try (NDManager manager = TestDevice.open();
        Safetensors read = Safetensors.open(file)) {
      assertThat(read.names()).containsExactly("a", "b", "half", "scalar");
      assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(read.read("a", manager).toLongArray()).containsExactly(7, -8);
      NDArray b = read.read("b", manager);
      assertThat(b.getShape()).isEqualTo(new Shape(2, 3));
      assertThat(b.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(read.read("half", manager).toFloatArray()).containsExactly(0.099975586f, 2);
      assertThat(read.read("scalar", manager).getFloat()).isEqualTo(0.5f);
    }
    long header =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
  }

  @Test
  void bfloat16IsWidenedExactly() throws IOException {
    Path file =
        write(
            "{'x':{'dtype':'BF16','shape':[3],'data_offsets':[0,6]}}",
            new byte[] {(byte) 0x80, 0x3f, 0, (byte) 0xc0, 0x49, 0x40});
    try (NDManager manager = TestDevice.open();
        Safetensors read = Safetensors.open(file)) {
      assertThat(read.read("x", manager).toFloatArray()).containsExactly(1, -2, 3.140625f);
    }
  }

  @Test
  void changingATensorNeverChangesTheFile() throws IOException {
    Path file = write("{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", new byte[4]);
    try (NDManager manager = TestDevice.open();
        Safetensors read = Safetensors.open(file)) {
      assertThat(read.read("x", manager).addi(1).getFloat()).isEqualTo(1);
    }
    assertThat(Files.readAllBytes(file)).endsWith(0, 0, 0, 0);
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    try (Safetensors read = Safetensors.open(write("{}", new byte[0]))) {
      assertThatThrownBy(() -> read.shape("conv_in.weight"))
          .isInstanceOf(SdtuneException.class)
          .hasMessageContaining("conv_in.weight");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}};"
            + " Duplicate field 'x'",
        "{'__metadata__':{'a':1},'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}};"
            + " __metadata__.a",
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'y':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}};"
            + " no overlap",
        "{'x':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}; no hole",
        "{'x':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}; belong to no tensor",
        "{'x':{'dtype':'U8','shape':[6],'data_offsets':[0,6]}}; truncated",
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[4,0]}}; offsets 4 to 0",
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,3]}}; need 4 bytes",
        "{'x':{'dtype':'U8','shape':[4194305,4194305,211106198978564],'data_offsets':[0,4]}};"
            + " overflows",
        "{'x':{'dtype':'F32','shape':[1024,1024,1024],'data_offsets':[0,4]}}; at most 2 GiB",
        "{'x':{'dtype':'I16','shape':[2],'data_offsets':[0,4]}}; type I16",
        "{'x':{'dtype':'F8_E4M3','shape':[4],'data_offsets':[0,4]}}; type F8_E4M3",
        "{'x':{'dtype':'U8','shape':[-4],'data_offsets':[0,4]}}; x.shape",
        "{'x':{'dtype':'U8','shape':[4.0],'data_offsets':[0,4]}}; x.shape",
        "{'x':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,4]}}; x.shape",
        "{'x':{'dtype':'U8','shape':[1,1,1,1,1,1,1,1,4],'data_offsets':[0,4]}}; at most 8",
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4],'zip':1}}; unknown field 'zip'",
        "{'x':{'dtype':'U8','shape':[4]}}; expected dtype, shape and two data_offsets",
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}; not valid JSON",
        "[]; must begin with '{'",
        " {'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}; must begin with '{'",
        "{'x':[[[[[[[[1]]]]]]]]}; expected START_OBJECT",
        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}{}; goes on after its JSON",
      },
      ignoreLeadingAndTrailingWhitespace = false)
  void aBrokenHeaderIsRefused(String header, String reason) throws IOException {
    Path file = write(header, new byte[4]);
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason.strip());
  }

  @Test
  void lengthsThatCannotBeAreRefusedBeforeAnyAllocation() throws IOException {
    assertRefused(new byte[0], "found 0 bytes");
    assertRefused(new byte[7], "found 7 bytes");
    assertRefused(length(1L << 63), "found 9223372036854775808");
    assertRefused(length(-1), "found 18446744073709551615");
    assertRefused(length(1000), "truncated");
    assertRefused(length(0), "expected 2 to 100000000");
  }

  @Test
  void deepNestingAndBadUtf8AreRefused() throws IOException {
    assertRefused(file("{\"x\":" + "[".repeat(10_000), new byte[0]), "expected START_OBJECT");
    assertRefused(
        file("{\"__metadata__\":{\"a\":" + "[".repeat(10_000), new byte[0]), "__metadata__.a");
    byte[] bad = file("{\"__metadata__\":{\"a\":\"?\"}}", new byte[0]);
    bad[8 + 22] = (byte) 0xff;
    assertRefused(bad, "UTF-8");
  }

  @Test
  void nulPaddingAndPicklesAreRefusedWithAHint() throws IOException {
    assertRefused(file("{}\0\0\0\0\0\0", new byte[0]), "padded with NUL; save the file again");
    assertRefused("PK\3\4 some zip archive".getBytes(ISO_8859_1), "pickle");
    assertRefused("\u0080\2}q\0.  ".getBytes(ISO_8859_1), "pickle");
  }

  @Test
  void aMillionTensorsAreRefused() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 1_000_000; i++) {
      header
          .append("\"t")
          .append(i)
          .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},");
    }
    header.setCharAt(header.length() - 1, '}');
    assertRefused(file(header.toString(), new byte[0]), "too many tensors");
  }

  @Test
  void emptyTensorsAreAllowed() throws IOException {
    Path file = write("{'x':{'dtype':'F32','shape':[0,3],'data_offsets':[0,0]}}  ", new byte[0]);
    try (NDManager manager = TestDevice.open();
        Safetensors read = Safetensors.open(file)) {
      assertThat(read.read("x", manager).getShape()).isEqualTo(new Shape(0, 3));
    }
  }

  private void assertRefused(byte[] content, String reason) throws IOException {
    Path file = Files.write(folder.resolve("bad.safetensors"), content);
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(SdtuneException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(reason);
  }

  private Path write(String header, byte[] data) throws IOException {
    return Files.write(folder.resolve("x.safetensors"), file(header.replace('\'', '"'), data));
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  private static byte[] length(long n) {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(n).array();
  }
}
