package io.github.sdtune.worker;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Consumer;

/**
 * Signals that would end this process. Java has no public way to hear one without being ended, and
 * a compiler warns of the one that there is; so it is called by its name, and a JVM that lacks it
 * ends as ever.
 */
final class Signals {
  private static final List<String> ENDING = List.of("TERM", "INT", "HUP");

  private Signals() {}

  /** Has {@code handler} told the name of each signal, on a thread of its own. */
  static void handle(Consumer<String> handler) {
    for (String name : ENDING) {
      try {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handlers = Class.forName("sun.misc.SignalHandler");
        Object proxy =
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {handlers},
                (self, method, arguments) -> {
                  if (method.getName().equals("handle")) {
                    handler.accept(name);
                    return null;
                  }
                  return method.getName().equals("hashCode") ? name.hashCode() : self == arguments;
                });
        signal
            .getMethod("handle", signal, handlers)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      } catch (ReflectiveOperationException e) {
        // Such as HUP on Windows: it ends this process at once, and the last checkpoint is left.
      }
    }
  }
}
