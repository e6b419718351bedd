package dev.marchwarden.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C (SIGINT). The first one ends the process in order, with all shutdown hooks, as the JVM does by itself. The second one ends it at
 * once; the JVM would ignore it.
 */
final class StopSignal {
    private StopSignal() {}

    /**
     * To be called once, at the start. Where this JVM has no {@code sun.misc.Signal}, the JVM's own handling stays. By reflection: javac has
     * a warning for the class that cannot be switched off.
     */
    static void install() {
        AtomicBoolean stopping = new AtomicBoolean();
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals")
                        ? arguments != null && proxy == arguments[0]
                        : method.getName().equals("hashCode") ? System.identityHashCode(proxy) : "Ctrl-C";
            }
            if (stopping.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
            // A thread of its own: the next signal is not handled before this handler has returned.
            Thread.ofPlatform().name("stop").start(() -> System.exit(ExitCode.INTERRUPTED));
            return null;
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> type = Class.forName("sun.misc.SignalHandler");
            Object own = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
            signal.getMethod("handle", signal, type)
                    .invoke(null, signal.getConstructor(String.class).newInstance("INT"), own);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Started with -Xrs, or without jdk.unsupported: one Ctrl-C has to do.
        }
    }
}
