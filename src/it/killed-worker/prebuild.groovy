// Kills the first worker that trains, once it has logged a validation: the out-of-memory killer's way.
// Then kills Maven itself while the next one trains.
File folder = new File(basedir, "target/sdtune")
File training = new File(folder, "training.jsonl")
String arguments = new File(folder, "worker/fine-tune/java.args").path

def worker = { long not ->
    ProcessHandle.allProcesses()
        .filter { it.pid() != not && it.info().commandLine().orElse("").contains("@" + arguments) }
        .findFirst()
}
def await = { int lines, long not ->
    while (true) {
        if (training.exists() && training.readLines().size() > lines) {
            def found = worker(not)
            if (found.present) {
                return found.get()
            }
        }
        Thread.sleep(20)
    }
}
Thread.startDaemon {
    def first = await(44, -1)
    long pid = first.pid()
    first.destroyForcibly()
    first.onExit().get()
    await(90, pid).parent().get().destroyForcibly()
}
return true
