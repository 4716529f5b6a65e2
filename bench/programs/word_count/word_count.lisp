(load "../measure.lisp")
(defvar *text*
  (coerce (format nil "~{word-~d~^ ~}" (loop for i below 100000 collect (mod (* i i) 20011)))
          '(simple-array character (*))))
(defun split (text)
  (declare (type (simple-array character (*)) text))
  (loop with start = 0
        for end = (position #\space text :start start)
        collect (subseq text start end)
        while end
        do (setf start (+ end 1))))
(defun run ()
  (let ((counts (make-hash-table :test #'equal)))
    (dolist (word (split *text*)) (incf (the fixnum (gethash word counts 0))))
    (loop for n of-type fixnum being the hash-values of counts sum (* n n))))
(measure #'run)
