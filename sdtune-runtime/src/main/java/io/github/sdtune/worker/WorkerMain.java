package io.github.sdtune.worker;

/** Entry of the forked JVM. */
public final class WorkerMain {
  private WorkerMain() {}

  public static void main(String[] args) {}
}
