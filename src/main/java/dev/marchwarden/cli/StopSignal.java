package dev.marchwarden.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C (SIGINT). The first one ends the process in order, with all shutdown hooks, as the JVM does by itself. The second one ends it at
 * once; the JVM would ignore it.
 */
final class StopSignal {
    private static final AtomicBoolean STOPPING = new AtomicBoolean();

    private StopSignal() {}

    /**
     * To be called before a shutdown hook is added that takes time; without one the first signal ends the process at once, and commands that
     * need none save the 40 ms of processor time that this takes. Where the JVM does not let us handle SIGINT, its own handling stays. By
     * reflection, since javac warns of {@code sun.misc.Signal} and cannot be told not to.
     */
    static void install() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle stop = MethodHandles.lookup()
                    .findStatic(StopSignal.class, "stop", MethodType.methodType(void.class, Object.class));
            signal.getMethod("handle", signal, handler)
                    .invoke(
                            null,
                            signal.getConstructor(String.class).newInstance("INT"),
                            MethodHandleProxies.asInterfaceInstance(handler, stop));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Started with -Xrs, or in a runtime without jdk.unsupported.
        }
    }

    @SuppressWarnings("unused") // called by its handle
    private static void stop(Object signal) {
        if (STOPPING.getAndSet(true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        }
        // On a thread of its own: the next signal is not handled before this method has returned.
        Thread.ofPlatform().name("stop").start(() -> System.exit(ExitCode.INTERRUPTED));
    }
}
