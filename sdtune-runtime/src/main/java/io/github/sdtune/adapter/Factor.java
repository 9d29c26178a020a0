package io.github.sdtune.adapter;

/** A tensor that the update of a layer is computed from, as peft and LyCORIS name it. */
public enum Factor {
  DOWN("lora_A.weight", "down"),
  UP("lora_B.weight", "up"),
  MAGNITUDE("lora_magnitude_vector", "magnitude"),
  HADA_W1_A("hada_w1_a"),
  HADA_W1_B("hada_w1_b"),
  HADA_W2_A("hada_w2_a"),
  HADA_W2_B("hada_w2_b"),
  LOKR_W1("lokr_w1"),
  LOKR_W1_A("lokr_w1_a"),
  LOKR_W1_B("lokr_w1_b"),
  LOKR_W2("lokr_w2"),
  LOKR_W2_A("lokr_w2_a"),
  LOKR_W2_B("lokr_w2_b");

  private final String key;
  private final String title;

  Factor(String key) {
    this(key, key);
  }

  Factor(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** What stands after the layer's name and a dot. */
  public String key() {
    return key;
  }

  /** In messages. */
  String title() {
    return title;
  }
}
