// Kills the first worker that trains, once it has logged a validation: the out-of-memory killer's way.
File folder = new File(basedir, "target/sdtune")
Thread.startDaemon {
    File training = new File(folder, "training.jsonl")
    while (true) {
        if (training.exists() && training.readLines().size() > 44) {
            String arguments = new File(folder, "worker/fine-tune/java.args").path
            def worker = ProcessHandle.allProcesses()
                .filter { it.info().commandLine().orElse("").contains("@" + arguments) }
                .findFirst()
            if (worker.present) {
                worker.get().destroyForcibly()
                return
            }
        }
        Thread.sleep(20)
    }
}
return true
